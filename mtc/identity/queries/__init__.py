"""How people, memberships, sessions and factors are found."""

from mtc.identity.queries.people import (
    api_key,
    api_key_by_prefix,
    api_keys,
    customer,
    customer_by_email,
    customer_session,
    locked_customer,
    membership,
    roles_of,
    sessions_of_customer,
    sessions_of_user,
    staff_of,
    staff_session,
    tenants_of,
    user,
    user_by_email,
)

__all__ = [
    "api_key",
    "api_key_by_prefix",
    "api_keys",
    "customer",
    "customer_by_email",
    "customer_session",
    "locked_customer",
    "membership",
    "roles_of",
    "sessions_of_customer",
    "sessions_of_user",
    "staff_of",
    "staff_session",
    "tenants_of",
    "user",
    "user_by_email",
]
