"""Static files of plugins: kept for ever by browsers, and no other file of the folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mtc.plugins.services.static_files import asset_url
from tests.plugins.club import write_club
from tests.plugins.club_people import shopper, staff
from tests.plugins.kit import loading, switch_on


@pytest.fixture
def club(site: Flask, folder: Path) -> Iterator[Path]:
    """The plugin of the documentation, loaded, with more files."""
    made = write_club(folder)
    for name in (".hidden.css", "fonts/a.woff2", ".git/config"):
        file = made / "static" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(name)
    (made / "static" / "link.css").symlink_to(made / "plugin.py")
    with loading(folder):
        yield made


def test_a_file_is_kept_for_ever_at_the_address_of_its_content(app: Flask, club: Path, tenant: Any) -> None:
    switch_on(tenant, "club")
    ada = shopper(app, tenant, "ada@example.org")
    address = asset_url("club", "club.css")
    assert f'href="{address}"' in ada.get("/x/club/").text
    for visitor in (ada, staff(app, tenant, "owner")):
        answer = visitor.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "text/css")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.text == ".club-points { font-weight: 600; }\n"
    (club / "static" / "club.css").write_text(".club-points { font-weight: 700; }\n")
    assert asset_url("club", "club.css") != address
    assert ada.get(address).headers["Cache-Control"] == "public, max-age=300"
    assert ada.get(asset_url("club", "fonts/a.woff2")).mimetype == "font/woff2"


@pytest.mark.parametrize(
    "path",
    [
        "../plugin.py", "%2e%2e/plugin.py", "..%2fplugin.py", ".hidden.css", ".git/config", "fonts", "fonts/",
        "/etc/passwd", "//etc/passwd", "none.css", "link.css", "..\\plugin.py",
    ],
)  # fmt: skip
def test_nothing_else_is_served(app: Flask, club: Path, tenant: Any, path: str) -> None:
    answer = shopper(app, tenant).get(f"/x/club/static/0/{path}")
    assert answer.status_code in (308, 404)
    assert "Club" not in answer.text and "root:" not in answer.text


def test_a_plugin_that_is_not_there_has_no_files(app: Flask, site: Flask, tenant: Any) -> None:
    assert shopper(app, tenant).get("/x/club/static/0/club.css").status_code == 404
    with pytest.raises(ValueError, match=r"club has no file static/club\.css"):
        asset_url("club", "club.css")
