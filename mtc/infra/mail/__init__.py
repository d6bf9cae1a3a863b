"""Mail: to a folder that the admin can read, or through an SMTP server."""

from mtc.infra.mail.base import Mail, MailError, Message, automatic_headers, mail_providers
from mtc.infra.mail.dkim import DkimKey
from mtc.infra.mail.outbox import OutboxMail, StoredMail
from mtc.infra.mail.smtp import SmtpMail

__all__ = [
    "DkimKey",
    "Mail",
    "MailError",
    "Message",
    "OutboxMail",
    "SmtpMail",
    "StoredMail",
    "automatic_headers",
    "mail_providers",
]
