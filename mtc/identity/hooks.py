"""Hooks for plugins before somebody makes an account, logs in or changes it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from mtc.core.context import Context
from mtc.core.events import Personal
from mtc.core.hooks import Changeable, hookspec


@dataclass(frozen=True, slots=True)
class RegistrationDraft:
    """An account about to be made; `proved` once its link was opened, before that only mail goes out."""

    email: Personal[str]
    name: Changeable[Personal[str]]
    locale: str
    proved: bool


@dataclass(frozen=True, slots=True)
class LoginDraft:
    """Somebody is about to log in; nothing is known yet of whether there is such an account."""

    email: Personal[str]
    ip: Personal[str]


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer whose password is about to change."""

    customer_id: UUID
    email: Personal[str]


@hookspec
def before_customer_register(ctx: Context, payload: RegistrationDraft) -> RegistrationDraft | None:
    """Look at, change or refuse an account of a shopper."""


@hookspec
def before_customer_login(ctx: Context, payload: LoginDraft) -> LoginDraft | None:
    """Refuse (raise Reject) that a shopper logs in; asked before the password is looked at."""


@hookspec
def before_customer_password_change(ctx: Context, payload: CustomerView) -> CustomerView | None:
    """Refuse (raise Reject) that a customer gets another password."""
