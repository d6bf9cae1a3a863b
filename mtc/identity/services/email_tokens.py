"""Links that prove an e-mail address: finishing an account, and choosing a new password."""

from __future__ import annotations

from uuid import UUID

from mtc.core import security_log
from mtc.core.crypto import sign, unsign
from mtc.core.db import session
from mtc.core.errors import GoneError, ValidationError
from mtc.core.events import emit
from mtc.core.fields.formats import scrub
from mtc.core.hook_calls import run_before
from mtc.core.i18n import _l
from mtc.identity import queries
from mtc.identity.events import CustomerPasswordChanged, CustomerRegistered
from mtc.identity.hooks import CustomerView
from mtc.identity.models import Customer
from mtc.identity.services.customers import ask_to_register, verify_address
from mtc.identity.services.passwords import check_password_rules, hash_password

RESET, JOIN = "customer.reset", "customer.join"
RESET_SECONDS, JOIN_SECONDS = 3600, 86_400
LONGEST_NAME = 200
_USED = _l("This link was used before, or there is a newer one. Ask for a new link.")


def proof_token(customer: Customer, purpose: str) -> str:
    """The signed part of a link for this customer; a later change of the password makes it worthless."""
    seconds = RESET_SECONDS if purpose == RESET else JOIN_SECONDS
    return sign({"c": str(customer.id), "e": customer.auth_epoch}, purpose, seconds)


def read_proof(tenant_id: UUID, token: str, purpose: str, *, use: bool = False) -> Customer:
    """The customer of a link. Raises ValidationError (forged) and GoneError (run out, used).

    To `use` the link holds the customer still, so that of two who use it at once one finds it used.
    """
    said = unsign(token, purpose)
    find = queries.locked_customer if use else queries.customer
    customer = find(tenant_id, UUID(said["c"]))
    if customer is None or customer.auth_epoch != said["e"] or customer.status != "active":
        raise GoneError(_USED)
    return customer


def reset_password(tenant_id: UUID, token: str, password: str) -> Customer:
    """Set a new password by a mailed link; every session ends, and the address is proved by it.

    Raises ValidationError (details under `password`), GoneError and Reject.
    """
    customer = read_proof(tenant_id, token, RESET, use=True)
    check_password_rules(password, about=(customer.email, customer.name))
    run_before("before_customer_password_change", CustomerView(customer.id, customer.email))
    customer.password_hash = hash_password(password)
    customer.auth_epoch += 1
    session.flush()
    verify_address(customer)
    security_log.note("password.reset", kind="customer", account=str(customer.id))
    emit(CustomerPasswordChanged(entity_id=customer.id))
    return customer


def join(tenant_id: UUID, token: str, password: str, name: str = "") -> Customer:
    """Finish an account by a mailed link: only who reads the address's mail ever chooses its password.

    The row of a guest is taken over with its orders. Raises ValidationError (details under `password` or
    `name`), GoneError and Reject.
    """
    customer = read_proof(tenant_id, token, JOIN, use=True)
    name = ask_to_register(customer.email, name=name, locale=customer.locale, proved=True)
    name = scrub(name, multiline=False)
    if len(name) > LONGEST_NAME:
        problem = _l("Use at most %(most)s characters.", most=LONGEST_NAME)
        raise ValidationError(_l("Check your name."), {"name": [problem]})
    check_password_rules(password, about=(customer.email, name))
    customer.password_hash = hash_password(password)
    customer.name = name or customer.name
    customer.auth_epoch += 1
    session.flush()
    verify_address(customer)
    security_log.note("account.made", kind="customer", account=str(customer.id))
    emit(CustomerRegistered(entity_id=customer.id, email=customer.email, locale=customer.locale))
    return customer
