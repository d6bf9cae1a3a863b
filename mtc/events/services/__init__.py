"""What can be done with facts, tasks and mail."""

from mtc.events.services.mail import Letter, post_letter, post_mail, resend_mail, write_letter
from mtc.events.services.outbox import enqueue
from mtc.events.services.overruns import hanging
from mtc.events.services.overruns import watch as watch_overruns
from mtc.events.services.periodic import periodic, run_periodic, work
from mtc.events.services.work import drain, drain_lanes, hasten, purge_done, replay, run_due

__all__ = [
    "Letter",
    "drain",
    "drain_lanes",
    "enqueue",
    "hanging",
    "hasten",
    "periodic",
    "post_letter",
    "post_mail",
    "purge_done",
    "replay",
    "resend_mail",
    "run_due",
    "run_periodic",
    "watch_overruns",
    "work",
    "write_letter",
]
