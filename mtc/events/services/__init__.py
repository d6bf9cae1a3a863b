"""What can be done with facts, tasks and mail."""

from mtc.events.services.emit import emit, enqueue
from mtc.events.services.mail import post_letter, post_mail, resend_mail
from mtc.events.services.periodic import periodic, run_periodic, work
from mtc.events.services.work import drain, drain_lanes, hasten, purge_done, replay, run_due

__all__ = [
    "drain",
    "drain_lanes",
    "emit",
    "enqueue",
    "hasten",
    "periodic",
    "post_letter",
    "post_mail",
    "purge_done",
    "replay",
    "resend_mail",
    "run_due",
    "run_periodic",
    "work",
]
