"""Services of people, their passwords, sessions and roles."""

from mtc.identity.services.customers import customer_login, guest_customer
from mtc.identity.services.passwords import check_password_rules, hash_password, verify_password
from mtc.identity.services.roles import DEFAULT_ROLES, create_default_roles
from mtc.identity.services.sessions import Login, close_session, find_session, open_session
from mtc.identity.services.staff import add_member, create_user, membership, staff_login

__all__ = [
    "DEFAULT_ROLES",
    "Login",
    "add_member",
    "check_password_rules",
    "close_session",
    "create_default_roles",
    "create_user",
    "customer_login",
    "find_session",
    "guest_customer",
    "hash_password",
    "membership",
    "open_session",
    "staff_login",
    "verify_password",
]
