"""Files of keys by API and at the terminal: the reader of the admin, and nothing is guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask

from mtc import cli, lifecycle
from mtc.catalog.queries.pools import pool
from mtc.core.tenancy import tenant_scope
from mtc.tasks.services import run_due
from tests.api.programs import Program, new_program
from tests.factories.tenants import World
from tests.security.fort import Fort, build
from tests.servers.database import both_databases
from tests.servers.kept import kept
from tests.storefront.conftest import site

__all__ = ["site"]
TABLE = b"""License Key,Product,Status
AAAA-BBBB-0001,Header trap,available
AAAA-BBBB-0002,Header trap,available
"""


@pytest.fixture
@kept
def fort(site: Flask, tenant: World) -> Fort:
    """Acme with something of everything."""
    return build(tenant)


@pytest.fixture
def program(site: Flask, fort: Fort, tenant: World) -> Program:
    """A program that may do everything."""
    return new_program(site, tenant)


def _data(answer: Any) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.get_json()["data"]


@both_databases
def test_b01_a_program_looks_first_and_then_adds(program: Program, fort: Fort) -> None:
    path = f"/stock/{fort.ids['variant']}/files"
    seen = _data(program.post(f"{path}/preview", TABLE, Content_Type="text/csv"))
    assert seen == {
        "encoding": "utf-8", "separator": "comma", "quotes": True, "heading": True, "column": 1,
        "columns": ["License Key", "Product", "Status"],
        "rows": [
            {"line": 2, "cells": ["AAAA-BBBB-0001", "Header trap", "available"]},
            {"line": 3, "cells": ["AAAA-BBBB-0002", "Header trap", "available"]},
        ],
        "keys": 2, "refused": 0, "cleaned": 0, "several_lines": 0, "questions": {},
    }  # fmt: skip
    left = _data(program.get(f"/stock/{fort.ids['variant']}"))["available"]
    made = _data(program.post(f"{path}?batch=May", TABLE, Content_Type="text/csv"))
    assert (made["added"], made["duplicates"], made["refused"]) == (2, 0, 0)
    assert made["pool"]["available"] == left + 2
    again = _data(program.post(path, TABLE, Content_Type="text/csv"))
    assert (again["added"], again["duplicates"], again["batch_id"]) == (0, 2, None)
    [batch] = [one for one in _data(program.get(f"/stock/{fort.ids['variant']}/batches"))["items"]
               if one["name"] == "May"]  # fmt: skip
    assert (batch["id"], batch["total"], batch["can_undo"]) == (made["batch_id"], 2, True)
    undo = f"/stock/{fort.ids['variant']}/batches/{batch['id']}/undo"
    assert _data(program.post(undo))["removed"] == 2
    assert program.post(undo).status_code == 404
    assert _data(program.get(f"/stock/{fort.ids['variant']}"))["available"] == left


OPEN: tuple[tuple[bytes, str, int, set[str]], ...] = (
    (b"TWO-1,note\nTWO-2,note\n", "", 422, {"column"}),
    ("Clé;é\nA-1;x".encode("cp1252"), "", 422, {"encoding"}),
    (b"A-1\nA-2\nA,3\nA-4", "", 422, {"separator"}),
    (b'A-1\n"A-2\nA-3', "", 422, {"quotes"}),
    (b"TWO-1,note", "?column=7", 422, {"column"}),
    (b"TWO-1,note", "?column=0", 422, {"column"}),
    (b"TWO-1,note", "?separator=dot", 422, {"separator"}),
    (b"TWO-1,note", "?moon=1", 422, set()),
    (b"PK\x03\x04zip", "", 400, {"keys"}),
    (b"", "", 201, set()),
)


@both_databases
def test_b01_what_is_not_clear_is_refused_with_a_sentence(program: Program, fort: Fort) -> None:
    path = f"/stock/{fort.ids['variant']}"
    before = _data(program.get(path))
    for body, query, status, named in OPEN:
        answer = program.post(f"{path}/files{query}", body, Content_Type="text/csv")
        assert answer.status_code == status, body
        if query != "?moon=1":
            assert set(answer.get_json().get("details", {})) == named
        if query == "" and status == 422:
            seen = program.post(f"{path}/files/preview", body, Content_Type="text/csv")
            assert set(_data(seen)["questions"]) == named
    assert _data(program.get(path)) == before


@both_databases
def test_b01_a_list_of_keys_sells_no_heading_either(program: Program, fort: Fort) -> None:
    path = f"/stock/{fort.ids['variant']}/keys"
    for keys in (["License Key", "LIST-1", "LIST-2"], ["Nice list", "LIST-3", "LIST-4"]):
        made = _data(program.post(path, {"keys": keys}))
        assert (made["added"], [one["line"] for one in made["invalid"]]) == (2, [1])
    made = _data(program.post(path, {"keys": ["MULTI-1\nMULTI-2", "MULTI-1\r\nMULTI-2", "x" * 2_500 + "1"]}))
    assert (made["added"], [one["line"] for one in made["known"]]) == (2, [2])


@both_databases
def test_keys_are_added_at_the_terminal(
    site: Flask, fort: Fort, tenant: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "flask_app", lambda: site)
    file = tmp_path / "keys.csv"

    def said(*words: str, data: bytes = TABLE) -> tuple[int, str]:
        file.write_bytes(data)
        done: Any = CliRunner().invoke(cli.main, ["stock", "add", "acme", *words], input=data)
        return done.exit_code, done.output.strip()

    with tenant_scope(tenant.id, readonly=True):
        sku = pool(UUID(fort.ids["variant"])).sku
    code, told = said(sku, str(file), "--preview")
    assert (
        code == 0 and told.endswith("2 keys, 0 lines without one.") and "column 1 of 3: License Key" in told
    )
    assert said(sku, str(file), "--batch", "May") == (
        0, "2 added, 0 known, 0 twice in the file, 0 not accepted."
    )  # fmt: skip
    code, told = said(sku, "-")
    assert (code, told.splitlines()[0]) == (0, "0 added, 2 known, 0 twice in the file, 0 not accepted.")
    code, told = said(sku, str(file), data=b"TWO-1,note")
    assert (code, told[:35]) == (1, "mtc: This file has 2 columns, and n")
    assert said(sku, str(file), "--column", "1", data=b"TWO-1,note")[1].startswith("1 added")
    assert said("NOTHING", str(file))[1] == "mtc: there is no pool of keys for the SKU NOTHING."
    assert said(sku, str(tmp_path / "none.csv"))[0] == 1


@both_databases
def test_a_large_file_is_an_import_that_is_asked_how_far_it_is(program: Program, fort: Fort) -> None:
    path, rows = f"/stock/{fort.ids['variant']}", [f"LARGE-{number:05d}-ABCD" for number in range(700)]
    left = _data(program.get(path))["available"]
    body = "\n".join([*rows, rows[0]]).encode()
    begun = program.post(f"{path}/files?batch=May", body, Content_Type="text/csv")
    made = _data(begun)
    assert (begun.status_code, made["status"], made["lines"], made["added"]) == (202, "waiting", 701, 0)
    assert program.post(f"{path}/files", body + b"\nMORE-1", Content_Type="text/csv").status_code == 409
    assert _data(program.get(f"{path}/imports"))["items"] == [made]
    run_due()
    done = _data(program.get(f"{path}/imports/{made['id']}"))
    assert (done["status"], done["seen"], done["added"], done["duplicates"]) == ("done", 701, 700, 1)
    assert _data(program.get(path))["available"] == left + 700
    told = _data(program.get(f"{path}/imports/{made['id']}/lines"))
    line = {"line": 701, "problem": "The same key as on line 1.", "kind": "twice"}
    assert told["items"] == [line]
    assert _data(program.get(f"{path}/imports/{made['id']}/lines?after={told['next']}"))["items"] == []
    assert program.get(f"{path}/imports/{made['id']}/lines?after=x").status_code == 422
    assert _data(program.post(f"{path}/imports/{made['id']}/stop")) == done
    assert _data(program.post(f"{path}/batches/{done['batch_id']}/undo"))["removed"] == 700


@both_databases
def test_an_import_is_stopped_by_a_program(program: Program, fort: Fort) -> None:
    path = f"/stock/{fort.ids['variant']}"
    body = "\n".join(f"LARGE-{number:05d}-ABCD" for number in range(700)).encode()
    made = _data(program.post(f"{path}/files", body, Content_Type="text/csv"))
    assert _data(program.post(f"{path}/imports/{made['id']}/stop"))["status"] == "stopped"
    run_due()
    done = _data(program.get(f"{path}/imports/{made['id']}"))
    assert (done["status"], done["added"], done["batch_id"]) == ("stopped", 0, None)
    assert program.post(f"{path}/imports/{fort.ids['variant']}/stop").status_code == 404
