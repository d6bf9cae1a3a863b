"""Sending of mail for the whole installation (docs/ports.md)."""

from mtc.infra.mail import Mail, MailError, Message, mail_providers

__all__ = [
    "Mail",
    "MailError",
    "Message",
    "mail_providers",
]
