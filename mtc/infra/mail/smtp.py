"""Mail through an SMTP server (RFC 5321), encrypted unless the address says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from mtc.core.normalization import strip_invisible
from mtc.core.outside_calls import check_outside_call
from mtc.infra.mail.base import (
    MailError,
    Message,
    address,
    is_ascii,
    mail_providers,
    to_bytes,
    to_email,
)

if TYPE_CHECKING:
    import ssl
    from smtplib import SMTP

NOT_CARRIED = "The mail server takes no addresses with letters beyond ASCII before the @ (SMTPUTF8)."
_LOGIN_WANTED = {530, 534, 535, 538}


class SmtpMail:
    """A `Mail` for `smtp://user:password@host:587?tls=start`, `smtps://host` or `smtp://host?tls=none`.

    One connection per message; a server that is silent for `timeout` seconds counts as gone. With
    `&smtputf8=yes` in the address the server is known to carry addresses such as 用户@例子.example.
    """

    def __init__(self, url: str, *, timeout: float = 10.0, context: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        self.supports_smtputf8 = query.get("smtputf8", ["no"])[0] == "yes"
        self._tls = query.get("tls", ["yes" if parts.scheme == "smtps" else "start"])[0]
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

        check_outside_call("The mail server")
        email = to_email(message)
        content = to_bytes(message, email)
        sender = address(message.envelope or message.from_, "from").addr_spec
        unicode = not is_ascii(message)
        if unicode and not self.supports_smtputf8:
            raise MailError(NOT_CARRIED, permanent=True)
        try:
            with self._connect() as server:
                server.ehlo_or_helo_if_needed()
                if unicode and not server.has_extn("smtputf8"):
                    raise MailError(NOT_CARRIED, permanent=True)
                options = ["SMTPUTF8", "BODY=8BITMIME"] if unicode else []
                server.sendmail(sender, [address(message.to, "to").addr_spec], content, options)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = min(error.recipients.values())
            said = f"The mail server refuses this address: {_said(code, text)}"
            raise MailError(said, permanent=code >= 500) from error
        except smtplib.SMTPResponseException as error:
            # What is said before there is a message is about this server's settings, which can be put right.
            early = (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError)
            about_us = isinstance(error, early) or error.smtp_code in _LOGIN_WANTED
            said = _said(error.smtp_code, error.smtp_error)
            permanent = error.smtp_code >= 500 and not about_us
            raise MailError(f"The mail server answered {said}", permanent=permanent) from error
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


def _said(code: int, text: bytes | str) -> str:
    """Return the server's answer on one line."""
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return " ".join(f"{code} {strip_invisible(words[:300], multiline=False)}".split())


mail_providers.register("smtp", SmtpMail)
mail_providers.register("smtps", SmtpMail)
