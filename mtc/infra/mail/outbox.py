"""Mail that stays on this machine: one .eml file each, in a folder that the admin can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from re import fullmatch
from secrets import token_hex
from typing import Any

from mtc.core import clock
from mtc.core.errors import NotFoundError
from mtc.core.i18n import _l
from mtc.core.private_files import make_folder, open_new
from mtc.infra.mail.base import Message, mail_providers, to_bytes, to_email


@dataclass(frozen=True)
class StoredMail:
    """A mail of the outbox as people read it."""

    id: str
    sent_at: datetime
    sender: str
    to: str
    subject: str
    text: str
    html: str | None
    headers: tuple[tuple[str, str], ...]


class OutboxMail:
    """A `Mail` that keeps about the newest `keep` messages below `folder`.

    The folder is read only once in a while: reading it for each mail costs more than the mail. Meanwhile it
    may hold a twentieth more than `keep`.
    """

    supports_smtputf8 = True

    def __init__(self, folder: str | Path, keep: int = 2_000) -> None:
        self.folder = Path(folder).absolute()
        self._keep = keep
        self._until_cleaning = 0

    def send(self, message: Message) -> str:
        """Write the mail, whole or not at all; its id is the name of its file."""
        content = to_bytes(message, to_email(message))
        make_folder(self.folder)
        name = f"{clock.now():%Y%m%dT%H%M%S%f}-{token_hex(6)}"
        draft = self.folder / f".{name}"
        with open_new(draft) as file:
            file.write(content)
        draft.replace(self.folder / f"{name}.eml")
        self._until_cleaning -= 1
        if self._until_cleaning < 0:
            self._clean()
        return name

    def _clean(self) -> None:
        """Delete what is too old."""
        for old in self._names()[self._keep :]:
            (self.folder / f"{old}.eml").unlink(missing_ok=True)
        self._until_cleaning = self._keep // 20

    def messages(self, limit: int = 50) -> list[StoredMail]:
        """The newest mails first."""
        return [self.read(name) for name in self._names()[:limit]]

    def read(self, name: str) -> StoredMail:
        """One mail; raises NotFoundError for an id that is not here."""
        if not fullmatch(r"\d{8}T\d{12}-[0-9a-f]{12}", name):
            raise NotFoundError(_l("This mail is not in the outbox."))
        try:
            content = (self.folder / f"{name}.eml").read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(_l("This mail is not in the outbox.")) from error
        return _stored(name, message_from_bytes(content, _class=EmailMessage, policy=default))

    def _names(self) -> list[str]:
        return sorted((path.stem for path in self.folder.glob("*.eml")), reverse=True)


def _stored(name: str, email: EmailMessage) -> StoredMail:
    text, html = email.get_body(("plain",)), email.get_body(("html",))
    return StoredMail(
        id=name,
        sent_at=datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC),
        sender=str(email["From"]),
        to=str(email["To"]),
        subject=str(email["Subject"]),
        text=_content(text) or "",
        html=_content(html),
        headers=tuple((key, str(value)) for key, value in email.items()),
    )


def _content(part: Any) -> str | None:
    return None if part is None else str(part.get_content()).replace("\r\n", "\n")


@mail_providers.add("outbox")
def outbox_mail(url: str) -> OutboxMail:
    """The outbox of an address, `outbox:/path` or `outbox:///path`; raises ValueError."""
    rest = url.partition(":")[2]
    if not rest:
        raise ValueError("mail in an outbox has an address like outbox:/path")
    return OutboxMail("/" + rest.lstrip("/") if rest.startswith("/") else rest)
