"""Services of emails."""

from mtc.emails.services.outbox import (
    RenderedEmail,
    check_address,
    render_email,
    resend_email,
    send_email,
    send_rendered_email,
)

__all__ = [
    "RenderedEmail",
    "check_address",
    "render_email",
    "resend_email",
    "send_email",
    "send_rendered_email",
]
