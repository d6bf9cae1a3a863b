"""Every route declares who may use it: a view without a declaration is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from mtc.core.i18n import _l
from mtc.core.permissions import permission, permissions

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """Declaration of who may use a route.

    kind: public, file (no scope at all), customer (a shopper who is logged in), staff (a member of the
    tenant in the address), program (an API key of the tenant in the address),
    account (any staff user who is logged in), platform (a super admin). `writes` marks a GET that has to
    write; `signed` marks a POST that authenticates itself (a notification), so that no form token is asked
    for and a closed store takes it; `uploads` marks a POST that may carry files; `idempotent` marks a POST
    that counts once for each Idempotency-Key; `enrolling` marks what may be used before a second factor
    that is required has been set up; `when_closed` marks what shoppers reach while the store is not open:
    their orders and downloads, their account, the legal texts; `owner` is the plugin that brings the route.
    """

    kind: str
    permission: str = ""
    writes: bool = False
    signed: bool = False
    cacheable: bool = False
    uploads: bool = False
    idempotent: bool = False
    enrolling: bool = False
    when_closed: bool = False
    owner: str = ""


def _mark(access: Access) -> Callable[[F], F]:
    def mark(view: F) -> F:
        view.mtc_access = access  # type: ignore[attr-defined]
        return view

    return mark


def public(
    *,
    writes: bool = False,
    signed: bool = False,
    cacheable: bool = False,
    idempotent: bool = False,
    when_closed: bool = False,
) -> Callable[[F], F]:
    """Everyone may use the route."""
    return _mark(
        Access(
            "public",
            writes=writes,
            signed=signed,
            cacheable=cacheable,
            idempotent=idempotent,
            when_closed=when_closed,
        )
    )


def customer_only(*, writes: bool = False) -> Callable[[F], F]:
    """Shoppers who are logged in may use the route, also while the store is closed."""
    return _mark(Access("customer", writes=writes, when_closed=True))


def requires(name: str, *, writes: bool = False, uploads: bool = False) -> Callable[[F], F]:
    """Staff of the tenant in the address who hold the permission may use the route."""
    if permissions.find_any(name) is None:
        raise ValueError(f"{name!r} is not a declared permission")
    return _mark(Access("staff", name, writes=writes, uploads=uploads))


def for_programs(name: str, *, idempotent: bool = False, uploads: bool = False) -> Callable[[F], F]:
    """Programs whose API key belongs to the tenant in the address and holds the permission may use it.

    With `uploads` the body is a file; sending it again changes nothing, so it takes no Idempotency-Key.
    """
    if permissions.find_any(name) is None:
        raise ValueError(f"{name!r} is not a declared permission")
    return _mark(Access("program", name, idempotent=idempotent, uploads=uploads))


def account_only(*, writes: bool = False, enrolling: bool = False) -> Callable[[F], F]:
    """Any staff user who is logged in may use the route."""
    return _mark(Access("account", writes=writes, enrolling=enrolling))


def platform_only(*, writes: bool = False) -> Callable[[F], F]:
    """Super admins may use the route."""
    return _mark(Access("platform", "platform", writes=writes))


def file_only(view: F) -> F:
    """The route serves files that everyone may have, on every host, without scope, session or database."""
    return _mark(Access("file"))(view)


def access_of(view: Any) -> Access | None:
    """Return the view's declaration, or None."""
    return getattr(view, "mtc_access", None)


PRODUCTS_READ = permission("products:read", _l("See products, collections and stock counts."))
PRODUCTS_WRITE = permission("products:write", _l("Create and change products."))
STOCK_WRITE = permission("stock:write", _l("Add keys to the pools and take them out."))
ORDERS_READ = permission("orders:read", _l("See orders and customers."))
ORDERS_WRITE = permission("orders:write", _l("Resend deliveries, replace keys, cancel orders."))
ORDERS_REVEAL = permission("orders:reveal", _l("See the keys that an order delivered."))
ORDERS_REFUND = permission("orders:refund", _l("Give money back."))
MAIL_READ = permission("mail:read", _l("Read the mails that the store has sent."))
TEAM_READ = permission("team:read", _l("See who works here and who is invited."))
TEAM_WRITE = permission("team:write", _l("Invite people, change roles, shut people out."))
AUDIT_READ = permission("audit:read", _l("See who changed what, and export it."))
SETTINGS_READ = permission("settings:read", _l("See the store's settings."))
SETTINGS_WRITE = permission("settings:write", _l("Change the store's settings."))
PLUGINS_READ = permission("plugins:read", _l("See the store's plugins."))
PLUGINS_MANAGE = permission("plugins:manage", _l("Install, set up, switch and uninstall plugins."))
PAYMENTS_WRITE = permission("payments:write", _l("Set up how the store is paid."))
ORDERS_BOOK = permission("orders:book", _l("Book money that came by bank transfer."))
KEYS_WRITE = permission("api_keys:write", _l("Make and revoke the keys of the store's own programs."))
