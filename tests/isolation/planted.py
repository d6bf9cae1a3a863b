"""Views that let tenants reach each other, each in another way: the enumerator has to find every one."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, make_response, request
from sqlalchemy import select, update

from mtc.catalog.models import Product
from mtc.core.context import current
from mtc.core.db import session, unit_of_work
from mtc.core.errors import ForbiddenError, NotFoundError
from mtc.core.tenancy import platform_scope
from mtc.emails.models import Email
from mtc.emails.services import send_email
from mtc.identity.models import Customer
from mtc.infra import ports
from mtc.orders.models import Order
from mtc.tasks.services import enqueue
from mtc.web.access import ORDERS_READ, PRODUCTS_READ, PRODUCTS_WRITE, public, requires
from tests.security.fort import Fort

log = logging.getLogger("planted")
planted = Blueprint("planted", __name__)
planted.mtc_surfaces = ("platform",)  # type: ignore[attr-defined]
BASE = "/admin/<tenant>/planted"


def anywhere(model: Any, which: Any) -> Any:
    """The mistake itself: a row by its id, whoever owns it."""
    with platform_scope("forgot whose it is", readonly=True), unit_of_work():
        found = session.scalars(select(model).where(model.id == which)).first()
        if found is None:
            raise NotFoundError("There is no such thing.")
        session.expunge(found)
        return found


@planted.get(f"{BASE}/<uuid:which>/page")
@requires(PRODUCTS_READ)
def page(tenant: str, which: UUID) -> str:
    """Shows whatever product is asked for."""
    return str(anywhere(Product, which).name)


@planted.get(f"{BASE}/<uuid:which>/header")
@requires(PRODUCTS_READ)
def header(tenant: str, which: UUID) -> Any:
    """Says no, and says in a header to whom."""
    answer = make_response("There is no such thing.", 404)
    answer.headers["X-About"] = anywhere(Product, which).name.encode("ascii", "ignore").decode()
    return answer


@planted.post(f"{BASE}/<uuid:which>/change")
@requires(PRODUCTS_WRITE)
def change(tenant: str, which: UUID) -> Any:
    """Changes any product and then says that there is none."""
    with platform_scope("forgot whose it is"), unit_of_work():
        session.execute(update(Product).where(Product.id == which).values(badge="taken"))
    return "There is no such thing.", 404


@planted.get(f"{BASE}/<uuid:which>/oracle")
@requires(PRODUCTS_READ)
def oracle(tenant: str, which: UUID) -> str:
    """Tells by the status that the thing exists."""
    if anywhere(Product, which).tenant_id != current().tenant_id:
        raise ForbiddenError("This is not yours.")
    return "Yours."


@planted.get(f"{BASE}/<uuid:which>/log")
@requires(PRODUCTS_READ)
def logged(tenant: str, which: UUID) -> Any:
    """Writes what it found into the log before it looks whose it is."""
    log.debug("asked for %s", anywhere(Product, which).name)
    return "There is no such thing.", 404


@planted.get(f"{BASE}/<uuid:which>/cache")
@requires(PRODUCTS_READ)
def cached(tenant: str, which: UUID) -> Any:
    """Keeps what it found in the cache before it looks whose it is."""
    ports.cache.set("last product", anywhere(Product, which).name, 60)
    return "There is no such thing.", 404


@planted.post(f"{BASE}/mail")
@requires(ORDERS_READ)
def mail(tenant: str) -> str:
    """Mails the names of everybody's customers to the tenant that asks."""
    with platform_scope("forgot whose they are", readonly=True), unit_of_work():
        names = ", ".join(session.scalars(select(Customer.name)).all())
    send_email("planted", to="owner@acme.example", subject="Customers", text=names)
    return "Sent."


@planted.post(f"{BASE}/task")
@requires(ORDERS_READ)
def task(tenant: str) -> str:
    """Queues work about a mail of anybody's."""
    with platform_scope("forgot whose they are", readonly=True), unit_of_work():
        newest = session.scalars(select(Email.id).order_by(Email.id.desc())).first()
    enqueue("mail.send", {"mail_id": str(newest)})
    return "Queued."


@planted.get(f"{BASE}/search")
@requires(ORDERS_READ)
def search(tenant: str) -> Any:
    """Finds orders of all tenants by their number."""
    with platform_scope("forgot whose they are", readonly=True), unit_of_work():
        numbers = select(Order.id).where(Order.order_number == request.args.get("q", ""))
        return {"found": [str(found) for found in session.scalars(numbers)]}


@planted.get("/planted/crash")
@public()
def crash() -> str:
    """Breaks where the parameter is an id."""
    return str(1 // (len(request.args.get("q", "")) != 36))


_OWNER = f"owner: GET {BASE}/<uuid:which>"
# For each mistake the beginning of what the enumerator says.
FOUND = {
    "page": f"{_OWNER}/page: body shows",
    "page, by its status": f"{_OWNER}/page: their which is answered 200, nothing 404",
    "header": f"{_OWNER}/header: headers shows",
    "change": "products: rows of the victim changed",
    "oracle": f"{_OWNER}/oracle: their which is answered 403, nothing 404",
    "log": f"{_OWNER}/log: log shows",
    "cache": f"{_OWNER}/cache: cache shows",
    "outbox": "emails: a row of the attacker holds",
    "mail": "a mail holds",
    "task": "tasks: a row of the attacker holds",
    "search": f"owner: GET {BASE}/search: body shows",
    "crash": "nobody: GET /planted/crash: answered 500",
}


def plant(app: Flask) -> None:
    """Add the views to an application that has not answered yet."""
    app.register_blueprint(planted)


def places(fort: Fort) -> dict[str, dict[str, str]]:
    """Where the planted views lead."""
    shop = {"tenant": fort.slug}
    goods = {**shop, "which": fort.ids["product"]}
    by_id = ("page", "header", "change", "oracle", "logged", "cached")
    return {
        **{f"planted.{name}": goods for name in by_id},
        "planted.mail": shop,
        "planted.task": shop,
        "planted.search": shop,
    }
