"""Mail: to a folder that the admin can read, or through an SMTP server."""

from mtc.infra.mail.base import Mail, MailError, Message
from mtc.infra.mail.outbox import OutboxMail, StoredMail
from mtc.infra.mail.smtp import SmtpMail

__all__ = ["Mail", "MailError", "Message", "OutboxMail", "SmtpMail", "StoredMail"]
