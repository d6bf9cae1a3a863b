"""What can be done with emails."""

from mtc.emails.services.outbox import (
    Letter,
    check_address,
    post_letter,
    post_mail,
    resend_mail,
    write_letter,
)

__all__ = ["Letter", "check_address", "post_letter", "post_mail", "resend_mail", "write_letter"]
