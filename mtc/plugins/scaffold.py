"""Files of `mtc plugin new`: a plugin that works, with tests that pass."""

from __future__ import annotations

import json
import re
from pathlib import Path
from string import Template

from mtc.core.errors import ConflictError, ValidationError
from mtc.plugins.manifest import ID
from mtc.plugins.versions import MTC_VERSION, SDK_VERSION

_ID = re.compile(ID)

_CODE = Template('''"""$name: no order of too many pieces, and a note of every paid one."""

from __future__ import annotations

from mtc.sdk import PluginContext, Reject, hookimpl
from mtc.sdk.events import OrderPaid
from mtc.sdk.payloads import OrderDraft


@hookimpl
def before_order_create(ctx: PluginContext, payload: OrderDraft) -> OrderDraft | None:
    """Refuse the order when it has too many pieces."""
    most = ctx.settings["most_pieces"]
    if sum(quantity for _, quantity in payload.lines) > most:
        raise Reject(f"One order may have at most {most} pieces. Please order the others separately.")
    return None


@hookimpl
def after_order_paid(ctx: PluginContext, payload: OrderPaid) -> None:
    """Remember the order by its id: running twice leaves one note."""
    ctx.remember(f"order {payload.order_id}", {"number": payload.number})
''')

_TESTS = Template('''"""What $name promises."""

from __future__ import annotations

from typing import Any

import pytest

from mtc.sdk import Reject
from tests.orders.shop import bought, open_shop, order_of
from tests.plugins.kit import remembered, switch_on

pytest_plugins = ["mtc.testing.plugin"]


def test_too_many_pieces_are_refused(tenant: Any) -> None:
    shop = open_shop(tenant)
    switch_on(tenant, "$id", most_pieces=2)
    with pytest.raises(Reject, match="at most 2 pieces"):
        order_of(shop, (shop.key, 3))
    assert order_of(shop, (shop.key, 2)).order.order_number == "1001"


def test_paid_orders_are_remembered(tenant: Any) -> None:
    shop = open_shop(tenant)
    switch_on(tenant, "$id")
    order = bought(shop, (shop.free, 1))
    assert remembered(tenant, "$id", f"order {order.id}") == {"number": "1001"}


def test_another_tenant_is_left_alone(tenant: Any, other_tenant: Any) -> None:
    switch_on(tenant, "$id", most_pieces=2)
    shop = open_shop(other_tenant)
    assert order_of(shop, (shop.key, 3)).order.order_number == "1001"


def test_no_statement_reaches_another_tenant(statement_leaks: Any) -> None:
    assert statement_leaks("$id") == {}


def test_no_request_reaches_another_tenant(route_leaks: Any) -> None:
    assert route_leaks("$id") == {}
''')

_README = Template("""# $name

Refuses orders of more pieces than the setting `most_pieces` allows (`before_order_create`) and remembers
every paid order (`after_order_paid`). Change plugin.py to what you need; docs/plugins/ says what
there is.

    .venv/bin/python -m pytest plugins/$id
    .venv/bin/mtc plugin on $id --tenant <slug>
""")


def new_plugin(plugin_id: str, folder: Path) -> Path:
    """Make the plugin's folder in the folder of plugins and return it.

    Raises ValidationError for an id that cannot be used, ConflictError when there is such a folder.
    """
    if not _ID.fullmatch(plugin_id):
        raise ValidationError("An id has 3 to 40 lower-case letters, digits and underscores, a letter first.")
    made = folder / plugin_id
    if made.exists():
        raise ConflictError(f"There is a folder {plugin_id} already.")
    names = {"id": plugin_id, "name": plugin_id.replace("_", " ").capitalize()}
    (made / "tests").mkdir(parents=True)
    manifest = json.dumps(_manifest(**names), indent=2, ensure_ascii=False)
    for file, text in {
        "plugin.json": f"{manifest}\n",
        "plugin.py": _CODE.substitute(names),
        "README.md": _README.substitute(names),
        f"tests/test_{plugin_id}.py": _TESTS.substitute(names),
    }.items():
        (made / file).write_text(text, encoding="utf-8")
    return made


def _manifest(id: str, name: str) -> dict[str, object]:
    pieces = {"type": "integer", "title": "Most pieces in one order", "minimum": 1, "default": 10}
    return {
        "id": id,
        "name": name,
        "version": "0.1.0",
        "mtc": f">={MTC_VERSION.rpartition('.')[0]},<1",
        "sdk": str(SDK_VERSION),
        "description": "Refuses orders of too many pieces and remembers every paid order.",
        "author": "You",
        "license": "MIT",
        "level": "tenant",
        "hooks": ["before_order_create", "after_order_paid"],
        "on_error": "proceed",
        "settings_schema": {"type": "object", "properties": {"most_pieces": pieces}},
    }
