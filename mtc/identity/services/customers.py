"""Shoppers of a tenant: guests who have ordered, and those with a password."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from mtc.core import clock, security_log
from mtc.core.db import session
from mtc.core.email_addresses import address_key
from mtc.core.errors import NotFoundError, UnauthorizedError, ValidationError
from mtc.core.events import emit
from mtc.core.hook_calls import is_hooked, run_before
from mtc.core.i18n import _l
from mtc.core.row_locking import matched_rows
from mtc.identity import queries
from mtc.identity.events import CustomerLoggedIn, CustomerPasswordChanged, CustomerVerified
from mtc.identity.hooks import CustomerView, LoginDraft, RegistrationDraft
from mtc.identity.models import Customer
from mtc.identity.services.passwords import check_password_rules, hash_password, needs_rehash, verify_password
from mtc.identity.services.staff import WRONG


def guest_customer(tenant_id: UUID, email: str, *, country: str = "", locale: str = "en") -> Customer:
    """The customer row of an address, made when it is new; a guest has no password."""
    existing = queries.customer_by_email(tenant_id, email)
    if existing is not None:
        return existing
    address = email.strip()
    customer = Customer(
        tenant_id=tenant_id, email=address, email_lc=address_key(address), country=country, locale=locale
    )
    try:
        with session.begin_nested():
            session.add(customer)
    except IntegrityError:  # another request made it first
        concurrent = queries.customer_by_email(tenant_id, email)
        if concurrent is None:
            raise
        return concurrent
    return customer


def customer_login(tenant_id: UUID, email: str, password: str, ip: str = "") -> Customer:
    """The customer of these credentials; raises UnauthorizedError, the same for every cause, and Reject."""
    run_before("before_customer_login", LoginDraft(email, ip))
    customer = queries.customer_by_email(tenant_id, email)
    right = verify_password(customer.password_hash if customer else None, password)
    if customer is None or not right or customer.status != "active":
        security_log.refuse("login.refused", kind="customer", account=security_log.alias(email))
        raise UnauthorizedError(WRONG)
    security_log.note("login.passed", kind="customer", account=str(customer.id), factor="password")
    if needs_rehash(customer.password_hash or ""):
        # Whoever changes the password meanwhile must not find the old one back.
        this_customer = (Customer.tenant_id == tenant_id, Customer.id == customer.id)
        same = Customer.password_hash == customer.password_hash
        matched_rows(
            update(Customer).where(*this_customer, same).values(password_hash=hash_password(password))
        )
    customer.last_login_at = clock.now()
    session.flush()
    if is_hooked(CustomerLoggedIn.hook):
        emit(CustomerLoggedIn(entity_id=customer.id))
    return customer


def ask_to_register(email: str, *, name: str = "", locale: str = "", proved: bool = False) -> str:
    """The name that the account gets, as plugins leave it. Raises Reject."""
    return run_before("before_customer_register", RegistrationDraft(email, name, locale, proved)).name


def confirm_password(customer: Customer, password: str, *, field: str = "password") -> None:
    """That it is really the customer; raises ValidationError for `field`. Whoever calls limits the tries."""
    if not verify_password(customer.password_hash, password):
        security_log.refuse("password.refused", account=str(customer.id))
        raise ValidationError(_l("Check your password."), {field: [_l("This is not your password.")]})


def change_own_password(tenant_id: UUID, customer_id: UUID, old: str, new: str) -> Customer:
    """Set another password; every session of the customer ends.

    The customer is held still: of two changes at once the second one finds that the old password is gone.
    Raises ValidationError, NotFoundError and Reject.
    """
    customer = queries.locked_customer(tenant_id, customer_id)
    if customer is None:
        raise NotFoundError(_l("There is no such customer."))
    confirm_password(customer, old, field="old")
    if old == new:
        raise ValidationError(_l("Choose another password."), {"password": [_l("Choose one that is new.")]})
    check_password_rules(new, about=(customer.email, customer.name))
    run_before("before_customer_password_change", CustomerView(customer.id, customer.email))
    customer.password_hash = hash_password(new)
    customer.auth_epoch += 1
    session.flush()
    security_log.note("password.changed", kind="customer", account=str(customer.id))
    emit(CustomerPasswordChanged(entity_id=customer.id))
    return customer


def verify_address(customer: Customer) -> None:
    """The customer has shown that the address is theirs."""
    if customer.verified_at is None:
        customer.verified_at = clock.now()
        session.flush()
        emit(CustomerVerified(entity_id=customer.id))
