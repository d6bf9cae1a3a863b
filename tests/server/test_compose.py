"""compose.yaml: for selling in earnest from the start, and each secret only where it is needed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mtc.config import load

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
VARIABLE = re.compile(r"\$\{([A-Z_]+)(:[-?])?([^}]*)\}")
SECRETS = ("MTC_DB_SUPERUSER_PASSWORD", "MTC_DB_OWNER_PASSWORD", "MTC_DB_APP_PASSWORD")


def parse(text: str) -> dict[str, Any]:
    """The part of YAML that the file uses: mappings by indentation, anchors, merges; the rest stays text."""
    root: dict[str, Any] = {}
    open_maps: list[tuple[int, dict[str, Any]]] = [(-1, root)]
    anchors: dict[str, dict[str, Any]] = {}
    for line in text.splitlines():
        found = re.match(r"( *)([\w<-]+): ?(?:&(\w+))? ?(.*)", line)
        if line.lstrip().startswith("#") or found is None:
            if line.strip() and not line.lstrip().startswith("#"):
                open_maps[-1][1].setdefault("", []).append(line.strip())
            continue
        depth, key, anchor, value = len(found[1]), found[2], found[3], found[4].strip()
        while open_maps[-1][0] >= depth:
            open_maps.pop()
        here = open_maps[-1][1]
        if key == "<<":
            here.update({name: part for name, part in anchors[value.strip("*")].items() if name not in here})
        elif value.startswith("*"):
            here[key] = anchors[value.strip("*")]
        elif value and value != "|":
            here[key] = value
        else:
            here[key] = {}
            open_maps.append((depth, here[key]))
        if anchor:
            anchors[anchor] = here[key]
    return root


COMPOSE = parse(TEXT)


def variables(part: Any) -> set[str]:
    return {name for name, *_ in VARIABLE.findall(str(part))}


def environment(service: str) -> dict[str, str]:
    found: dict[str, str] = COMPOSE["services"][service]["environment"]
    return found


def test_each_service_gets_the_secrets_that_it_needs_and_no_other() -> None:
    assert {name: variables(one) & set(SECRETS) for name, one in COMPOSE["services"].items()} == {
        "postgres": {"MTC_DB_SUPERUSER_PASSWORD"},
        "redis": set(),
        "migrate": {"MTC_DB_APP_PASSWORD", "MTC_DB_OWNER_PASSWORD"},
        "web": {"MTC_DB_APP_PASSWORD"},
        "worker": {"MTC_DB_APP_PASSWORD"},
    }
    statements = COMPOSE["configs"]["passwords"]["content"][""]
    assert [variables(one) for one in statements if "PASSWORD" in one] == [
        {"MTC_DB_OWNER_PASSWORD"},
        {"MTC_DB_APP_PASSWORD"},
    ]


def test_no_secret_has_a_default() -> None:
    given = VARIABLE.findall(TEXT)
    assert {name for name, *_ in given if "PASSWORD" in name} == set(SECRETS)
    for name, how, rest in given:
        if name in {*SECRETS, "MTC_PUBLIC_URL"}:
            assert (how, rest) == (":?", "run sh compose-env.sh"), name
    assert not re.search(r"PASSWORD: +[^$\s]|://\w+:[^$@\s]+@", TEXT)


def test_it_sells_in_earnest_unless_told_otherwise() -> None:
    for service in ("web", "worker", "migrate"):
        assert environment(service)["MTC_PRODUCTION"] == "${MTC_PRODUCTION:-yes}", service


@pytest.mark.parametrize("service", ["web", "worker", "migrate"])
def test_the_settings_of_each_service_can_be_used(tmp_path: Path, service: str) -> None:
    def fill(found: re.Match[str]) -> str:
        if found[2] == ":-":
            return found[3]
        return "https://shops.com" if found[1] == "MTC_PUBLIC_URL" else "0123456789abcdef"

    given = {name: VARIABLE.sub(fill, text).strip('"') for name, text in environment(service).items()}
    config = load({**given, "MTC_VAR": str(tmp_path)})
    assert (config.production, config.demo, config.workers) == (True, False, 0)
    assert config.database_url == "postgresql+psycopg://mtc_app:0123456789abcdef@postgres/mtc"
    assert bool(config.database_owner_url) is (service == "migrate")


def write(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(ROOT / "compose-env.sh"), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_secrets_are_made_once_and_differ(tmp_path: Path) -> None:
    assert write(tmp_path, "https://shops.com").returncode == 0
    file = tmp_path / ".env"
    kept = file.read_text()
    lines = dict(line.split("=", 1) for line in kept.splitlines())
    assert list(lines) == ["MTC_PUBLIC_URL", *SECRETS]
    assert lines.pop("MTC_PUBLIC_URL") == "https://shops.com"
    assert all(re.fullmatch(r"[0-9a-f]{48}", one) for one in lines.values()) and len(set(lines.values())) == 3
    assert file.stat().st_mode & 0o777 == 0o600
    again = write(tmp_path, "https://shops.com")
    assert again.returncode == 1 and ".env exists" in again.stderr
    assert file.read_text() == kept and [one.name for one in tmp_path.iterdir()] == [".env"]


@pytest.mark.parametrize(
    "address", ["", "shops.com", "ftp://x", "https://x;id", "https://x y", "https://$(id)"]
)
def test_an_address_that_is_none_writes_nothing(tmp_path: Path, address: str) -> None:
    assert write(tmp_path, address).returncode == 2
    assert list(tmp_path.iterdir()) == []
