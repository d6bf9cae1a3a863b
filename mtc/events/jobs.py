"""What comes round for the platform: rows that have served their time are deleted."""

from __future__ import annotations

from mtc.events.services import periodic, purge_done
from mtc.events.services.once import purge_answers
from mtc.identity.services.sessions import purge_sessions

EVERY = 3600.0


@periodic("platform.purge", seconds=EVERY, per_tenant=False)
def purge() -> None:
    """Delete sessions and kept answers that have run out, and tasks that were done a month ago."""
    purge_sessions()
    purge_answers()
    purge_done()
