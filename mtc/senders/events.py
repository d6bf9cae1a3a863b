"""Events of the address that a store's mail comes from."""

from __future__ import annotations

from dataclasses import dataclass

from mtc.core.events import DomainEvent
from mtc.core.i18n import _l


@dataclass(frozen=True, kw_only=True)
class _SenderEvent(DomainEvent, entity="mail_sender", permission="settings:read"):
    address: str


@dataclass(frozen=True, kw_only=True)
class MailSenderChanged(_SenderEvent, name="mail_sender.changed", label=_l("Sender address set")):
    """A store wants its mail to come from an address of its own."""


@dataclass(frozen=True, kw_only=True)
class MailSenderRemoved(_SenderEvent, name="mail_sender.removed", label=_l("Sender address removed")):
    """The store's mail comes from the platform's address again."""


@dataclass(frozen=True, kw_only=True)
class MailSenderVerified(_SenderEvent, name="mail_sender.verified", label=_l("Sender address verified")):
    """All records of the domain were found."""


@dataclass(frozen=True, kw_only=True)
class MailSenderFailing(
    _SenderEvent, name="mail_sender.failing", label=_l("Records of the sender's domain missing")
):
    """Records of a verified domain were not found; `lacking` names them."""

    lacking: list[str]


@dataclass(frozen=True, kw_only=True)
class MailSenderLapsed(_SenderEvent, name="mail_sender.lapsed", label=_l("Sender address no longer used")):
    """Records of a verified domain were missing for too long."""

    lacking: list[str]
