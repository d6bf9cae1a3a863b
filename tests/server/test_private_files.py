"""What the embedded profile writes is for the account of the server alone, whatever its umask says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from mtc import lifecycle
from mtc.core.db import session, unit_of_work
from mtc.core.private_files import make_folder, open_new, tighten
from mtc.core.tenancy import platform_scope
from mtc.extensions import db
from mtc.infra.mail import Message, OutboxMail
from mtc.infra.storage import LocalStorage
from tests.servers.database import settings_for, sqlite_app


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o177], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """The process's umask for the length of a test."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): oct(path.stat().st_mode & 0o777) for path in sorted(folder.rglob("*"))
    }


def wrong(folder: Path) -> dict[str, str]:
    """What is in the folder and is not 0600, or 0700 for a folder."""
    return {
        name: mode
        for name, mode in modes(folder).items()
        if mode != ("0o700" if (folder / name).is_dir() else "0o600")
    }


def test_what_is_made_is_private(tmp_path: Path, umask: int) -> None:
    var = tmp_path / "deep" / "var"
    make_folder(var)
    app = sqlite_app(var)
    with app.app_context():
        with platform_scope("write"), unit_of_work():
            session.execute(text("CREATE TABLE notes (note TEXT)"))
            session.execute(text("INSERT INTO notes VALUES ('x')"))
        LocalStorage(var / "files").save("tenant/deep/a.zip", b"x", "application/zip")
        OutboxMail(var / "outbox").send(Message(to="a@b.example", subject="s", text="t", from_="c@d.example"))
        names = set(modes(tmp_path))
        assert {"deep/var/mtc.db", "deep/var/mtc.db-wal", "deep/var/mtc.db-shm"} <= names
        assert {"deep/var/files/tenant/deep/a.zip", "deep/var/outbox"} <= names
        assert any(name.endswith(".eml") for name in names)
        assert wrong(tmp_path) == {}
        db.engine.dispose()


def test_what_an_older_version_made_is_tightened(tmp_path: Path) -> None:
    config = settings_for(tmp_path / "var")
    var = config.folder
    for name in ("mtc.db", "mtc.db-wal", "mtc.db-shm", "secrets.json", "files/t/a.zip", "outbox/m.eml"):
        (var / name).parent.mkdir(parents=True, exist_ok=True)
        (var / name).write_bytes(b"x")
        (var / name).chmod(0o644)
    (tmp_path / "elsewhere").write_bytes(b"x")
    (tmp_path / "elsewhere").chmod(0o644)
    (var / "files" / "link").symlink_to(tmp_path / "elsewhere")
    for path in (var, var / "files", var / "outbox"):
        path.chmod(0o755)
    lifecycle.tighten_files(config)
    (var / "files" / "link").unlink()
    assert wrong(var) == {} and var.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "elsewhere").stat().st_mode & 0o777 == 0o644


def test_a_folder_that_is_not_ours_alone_stays_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "note").write_text("x")
    (shared / "note").chmod(0o644)
    tighten(shared)
    tighten(tmp_path / "nothing")
    lifecycle.tighten_files(settings_for(tmp_path / "empty"))
    assert shared.stat().st_mode & 0o7777 == 0o1777 and (shared / "note").stat().st_mode & 0o777 == 0o644
    assert not (tmp_path / "empty").exists()


def test_a_name_that_is_taken_is_not_written(tmp_path: Path) -> None:
    with open_new(tmp_path / "a") as file:
        file.write(b"1")
    with pytest.raises(FileExistsError):
        open_new(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"1"
