"""Interface of a mailer, and the building of e-mails that nobody can inject headers into."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from types import MappingProxyType
from typing import Protocol

from mtc.core import clock
from mtc.core.domain_names import ascii_domain
from mtc.core.errors import ValidationError
from mtc.core.i18n import _l
from mtc.core.normalization import has_invisible, strip_invisible
from mtc.core.registry import Registry
from mtc.infra.mail.dkim import DkimKey, signed
from mtc.infra.mail.headers import address_header, text_header

_OURS = {"to", "from", "cc", "bcc", "sender", "subject", "date", "reply-to", "mime-version"}
_LOCAL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
# Seven bits only: not every server on the way takes eight.
_POLICY = SMTP.clone(cte_type="7bit")


class MailError(Exception):
    """The message was not accepted; `permanent` says that trying again will not help."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True)
class Message:
    """One mail to one person; addresses may carry a name, as in `Ada <ada@example.org>`.

    A `Message-ID` among the headers makes a repeated attempt the same mail for whoever receives it. With
    `dkim` the mail is signed for that domain. `envelope` is who gets it back when it cannot be delivered
    (MAIL FROM); empty is `from_`.
    """

    to: str
    subject: str
    text: str
    html: str | None = None
    from_: str = ""
    reply_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    dkim: DkimKey | None = None
    envelope: str = ""


class Mail(Protocol):
    """Hands messages to whoever delivers them.

    `supports_smtputf8` says whether addresses may have letters beyond ASCII before the @ (RFC 6531).
    """

    supports_smtputf8: bool

    def send(self, message: Message) -> str:
        """The provider's id of the message.

        Raises ValidationError for an address or header that cannot be, MailError when it is not accepted.
        """


def to_email(message: Message) -> EmailMessage:
    """The message in RFC 5322 form; raises ValidationError for bad addresses and line breaks in headers."""
    sender, recipient = address(message.from_, "from"), address(message.to, "to")
    answers = address(message.reply_to, "reply_to") if message.reply_to else None
    email = EmailMessage(policy=_POLICY if is_ascii(message) else _POLICY.clone(utf8=True))
    email["From"], email["To"] = address_header("From", sender), address_header("To", recipient)
    if answers is not None:
        email["Reply-To"] = address_header("Reply-To", answers)
    email["Subject"] = text_header("Subject", _line(message.subject, "subject"))
    email["Date"] = format_datetime(clock.now())
    for name, value in message.headers.items():
        if name.lower() in _OURS or name.lower().startswith("content-") or not _is_name(name):
            raise ValidationError(_l("This mail header cannot be set."), {"headers": [name[:100]]})
        if name.lower() == "message-id" and not _MESSAGE_ID.fullmatch(value):
            raise ValidationError(
                _l("This is no message id."), {"headers": [_l("Use the form <name@domain>.")]}
            )
        email[name] = text_header(name, _line(value, "headers"))
    if "Message-ID" not in email:
        email["Message-ID"] = text_header("Message-ID", make_msgid(domain=sender.domain))
    email.set_content(message.text)
    if message.html:
        email.add_alternative(message.html, subtype="html")
    return email


def to_bytes(message: Message, email: EmailMessage) -> bytes:
    """Return the bytes to send, signed where the message has a key; raises ValidationError for a bad key."""
    if message.dkim is None:
        return email.as_bytes()
    try:
        return signed(email, message.dkim)
    except ValueError as error:
        raise ValidationError(_l("The key of this sender's domain cannot be used.")) from error


def is_ascii(message: Message) -> bool:
    """Return whether every mail server takes its addresses: the part before the @ is ASCII in each."""
    addresses = (message.from_, message.to, message.reply_to or "")
    return all(address.rpartition("<")[2].rpartition("@")[0].isascii() for address in addresses)


def automatic_headers(sender: str, number: object) -> dict[str, str]:
    """The headers of a mail that a program writes: no answers by machines (RFC 3834), and one identity.

    The Message-ID is of the sender's own domain, which can answer for it, and the same each time that the
    mail of this number is tried. Raises ValidationError for an address that is none.
    """
    return {
        "Message-ID": f"<{number}@{address(sender, 'from').domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }


def address(text: str, name: str) -> Address:
    """The one address in `text`, its domain in IDNA form; raises ValidationError under `name`."""
    display, spec = "", _line(text, name).strip()
    if spec.endswith(">"):
        # Cut at the last bracket, so that a shop's name may hold a comma or whatever else it likes.
        display, _, spec = spec[:-1].rpartition("<")
        display = strip_invisible(display, multiline=False).strip().strip('"')
    local, _, domain = spec.rpartition("@")
    try:
        host = ascii_domain(domain)
        if has_invisible(spec) or not _LOCAL.fullmatch(local):
            raise ValueError
        return Address(display_name=display, username=local, domain=host)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise ValidationError(
            _l("Enter one complete e-mail address."), {name: [_l("Enter one complete e-mail address.")]}
        ) from error


def _line(text: str, name: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ValidationError(_l("A mail header is one line."), {name: [_l("Remove line breaks.")]})
    return text


def _is_name(name: str) -> bool:
    return bool(name) and all(33 <= ord(character) < 127 and character != ":" for character in name)


# By the scheme of the setting mail_url. Each makes the mailer behind an address, or raises ValueError.
mail_providers: Registry[Callable[[str], Mail]] = Registry("mail provider")
