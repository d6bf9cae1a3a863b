"""Mail through an SMTP server (RFC 5321), encrypted unless the address says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from mtc.infra.mail.base import MailError, Message, to_email

if TYPE_CHECKING:
    import ssl
    from smtplib import SMTP


class SmtpMail:
    """A `Mail` for `smtp://user:password@host:587?tls=start`, `smtps://host` or `smtp://host?tls=none`.

    One connection per message; a server that is silent for `timeout` seconds counts as gone.
    """

    def __init__(self, url: str, *, timeout: float = 10.0, context: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        self._tls = parse_qs(parts.query).get("tls", ["yes" if parts.scheme == "smtps" else "start"])[0]
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("An SMTP address looks like smtp://user:password@host:587?tls=start.")
        if self._tls not in {"yes", "start", "none"}:
            raise ValueError("tls is one of: yes, start, none.")
        self._host = parts.hostname
        self._port = parts.port or (465 if self._tls == "yes" else 587)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._timeout = timeout
        self._context = context

    def send(self, message: Message) -> str:
        """Hand the message over; its id is the Message-ID it travels with."""
        import smtplib  # noqa: PLC0415

        email = to_email(message)
        try:
            with self._connect() as server:
                server.send_message(email)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise MailError("The mail server refuses this address.", permanent=min(codes) >= 500) from error
        except smtplib.SMTPResponseException as error:
            permanent = error.smtp_code >= 500 and not isinstance(error, smtplib.SMTPAuthenticationError)
            raise MailError(f"The mail server answered {error.smtp_code}.", permanent=permanent) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailError("The mail server cannot be reached.", permanent=False) from error
        return str(email["Message-ID"])

    def _connect(self) -> SMTP:
        import smtplib  # noqa: PLC0415

        context = self._context
        if context is None and self._tls != "none":
            import ssl  # noqa: PLC0415

            context = ssl.create_default_context()
        server: SMTP
        if self._tls == "yes":
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            if self._tls == "start":
                # Raises when the server does not offer it: never falls back to plain text.
                server.starttls(context=context)
            if self._user:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server
