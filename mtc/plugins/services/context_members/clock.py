"""`ctx.clock`: the time, which tests can stop."""

from __future__ import annotations

from datetime import datetime

from mtc.core import clock
from mtc.core.local_time import local


class PluginClock:
    """The time in UTC and on the clock of the running store."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return clock.now()

    def local(self, moment: datetime | None = None) -> datetime:
        """The moment (now by default) on the running store's clock; of the first store in a job."""
        return local(moment or clock.now())
