"""Events of mail. They are written down only where a plugin follows them: the outbox tells the same."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.events import DomainEvent
from mtc.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class _MailEvent(DomainEvent, entity="email", permission="orders:read"):
    kind: str


@dataclass(frozen=True, kw_only=True)
class MailSent(_MailEvent, name="mail.sent", label=_l("Mail sent")):
    """Mail was handed to the provider; `kind` names its template."""


@dataclass(frozen=True, kw_only=True)
class MailFailed(_MailEvent, name="mail.failed", label=_l("Mail not sent")):
    """Mail could not be sent and is not tried again; `reason` is a sentence."""

    reason: str
