"""An application with routes that only these tests have."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask, Response, request

from mtc.core.context import current
from mtc.core.db import require_scope, session
from mtc.core.errors import ConflictError, TooManyRequestsError
from mtc.extensions import db
from mtc.tenants.models import Sequence
from mtc.tenants.services import store_lookup
from mtc.web.access import public
from tests.fakes.ports import fake_ports
from tests.servers import database as databases
from tests.servers.database import Emptier

probe = Blueprint("probe", __name__, url_prefix="/probe")


def write(name: str) -> None:
    """A row of the running tenant."""
    session.add(Sequence(tenant_id=require_scope().tenant_id, name=name, value=1))
    session.flush()


@probe.route("/who")
@public()
def who() -> dict[str, str]:
    scope = require_scope()
    return {"tenant": str(scope.tenant_id), "readonly": str(scope.readonly), "actor": current().actor.kind}


@probe.route("/write/<name>", methods=["GET", "POST"])
@public(signed=True)
def writes(name: str) -> str:
    write(name)
    return "written"


@probe.route("/declared/<name>")
@public(writes=True)
def declared(name: str) -> str:
    write(name)
    return "written"


@probe.post("/refuse/<name>")
@public(signed=True)
def refuse(name: str) -> Response:
    write(name)
    return Response("no", int(request.args.get("status", "400")))


@probe.post("/raise/<name>")
@public(signed=True)
def raises(name: str) -> str:
    write(name)
    kinds = {"conflict": ConflictError("Taken."), "wait": TooManyRequestsError("Wait.", 7)}
    raise kinds.get(request.args.get("how", ""), RuntimeError("secret detail"))


@probe.post("/form")
@public()
def form() -> str:
    return "accepted"


@probe.route("/undeclared")
def undeclared() -> str:
    return "never"


@pytest.fixture(scope="session")
def probed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Emptier]]:
    """The application with the extra routes."""
    folder: Path = tmp_path_factory.mktemp("probed")
    app = databases.sqlite_app(folder, public_url="https://mtc.example")
    app.register_blueprint(probe)
    with app.app_context():
        engine = db.engine
    yield app, Emptier(engine)
    engine.dispose()


@pytest.fixture
def app(probed: tuple[Flask, Emptier]) -> Iterator[Flask]:
    """That application with an empty database and fresh ports, in its context."""
    application, empty = probed
    with application.app_context():
        empty()
        store_lookup.clear()
        application.extensions["mtc.page_cache"].clear()
        application.extensions["mtc.ports"] = fake_ports()
        yield application
