"""Large files of keys in the admin: begun, watched, stopped, and told of."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import UUID

from mtc.catalog.services import import_tasks
from mtc.core.db import unit_of_work
from mtc.core.tenancy import tenant_scope
from mtc.tasks.services import run_due
from tests.admin.conftest import Shop
from tests.admin.people import Person
from tests.servers.database import both_databases

ROWS = [f"LARGE-{number:05d}-ABCD" for number in range(900)]


def _chosen(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def _begin(shop: Shop, owner: Person, rows: list[str] = ROWS) -> str:
    """Send a file and say that it is right; the address of its import."""
    data = "\n".join(["Key;Note", *(f"{row};x" for row in rows)]).encode()
    answer = owner.post(
        f"{shop.url}/stock/{shop.variant}",
        {"file": (io.BytesIO(data), "large.csv"), "keys": "", "batch": "May"},
        content_type="multipart/form-data",
    )
    place = answer.headers["Location"]
    form = _chosen(owner.get(place).get_data(as_text=True))
    begun = owner.post(place, {**form, "batch": "May"})
    assert begun.status_code == 303 and begun.headers["Location"] == f"{place}/progress"
    again = owner.post(place, form)
    assert (again.status_code, again.headers["Location"]) == (303, f"{place}/progress")
    assert owner.get(place).headers["Location"] == f"{place}/progress"
    return f"{place}/progress"


def _text(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


@both_databases
def test_a_large_file_is_added_while_its_page_tells_how_far_it_is(shop: Shop, owner: Person) -> None:
    rows = [*ROWS, ROWS[4], "BAD\x01KEY1"]
    place = _begin(shop, owner, rows)
    waiting = _text(owner.get(place))
    assert "Waiting to begin" in waiting and "0 of 902 lines" in waiting and "every 1s" in waiting
    assert "Keys are being added: 0 of 902 lines." in _text(owner.get(f"{shop.url}/stock/{shop.variant}"))
    with tenant_scope(shop.world.id):
        assert import_tasks.carry_on(_id(place), 0) is True
    part = _text(owner.get(place, headers={"HX-Request": "true", "HX-Request-Type": "partial"}))
    assert part.startswith("<div") and "500 of 902 lines" in part and "every 1s" in part
    run_due()
    done = _text(owner.get(place))
    assert "902 of 902 lines" in done and "900 added" in done and "1 twice in the file" in done
    assert "1 not accepted" in done and "every 1s" not in done
    assert "<strong>Line 902</strong> The same key as on line 6." in done
    csv = owner.get(place.replace("/progress", "/lines.csv"))
    assert csv.get_data(as_text=True).removeprefix("\ufeff").splitlines() == [
        '"Line","Problem"', '"902","The same key as on line 6."', '"903","A key has no control characters."',
    ]  # fmt: skip
    pool = _text(owner.get(f"{shop.url}/stock/{shop.variant}"))
    assert "900 added" in pool and "Keys are being added" not in pool


def _id(place: str) -> UUID:
    return UUID(place.split("/")[-2])


@both_databases
def test_an_import_is_stopped_and_another_begun(shop: Shop, owner: Person, person: Any) -> None:
    place = _begin(shop, owner)
    refused = owner.post(
        f"{shop.url}/stock/{shop.variant}", {"keys": "\n".join(f"NEXT-{number}" for number in range(600))}
    )
    assert refused.status_code == 409 and "Wait until that is done, or stop it." in _body(refused)
    stop = place.replace("/progress", "/stop")
    assert person("support").post(stop).status_code == 403
    assert person("stranger").post(stop).status_code == 404
    assert owner.post(stop).headers["Location"] == place
    assert "Stopped" in _text(owner.get(place))
    run_due()
    assert "0 added" in _text(owner.get(place))
    owner.post(stop)
    assert "had ended already" in _text(owner.get(place))
    typed = {"keys": "\n".join(f"NEXT-{number}" for number in range(600)), "batch": "Pasted"}
    begun = owner.post(f"{shop.url}/stock/{shop.variant}", typed)
    assert begun.status_code == 303
    run_due()
    assert "600 added" in _text(owner.get(begun.headers["Location"]))


def _body(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_an_import_of_another_pool_or_store_is_not_found(
    shop: Shop, rival: Shop, owner: Person, person: Any
) -> None:
    place = _begin(shop, owner)
    elsewhere = place.replace(str(shop.variant), str(shop.other_variant))
    assert owner.get(elsewhere).status_code == 404
    assert owner.post(elsewhere.replace("/progress", "/stop")).status_code == 404
    assert person("stranger").get(place).status_code == 404
    with tenant_scope(shop.world.id), unit_of_work():
        assert import_tasks.stop(shop.variant, _id(place)) is True
