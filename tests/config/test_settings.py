"""Every setting against values without sense: refused at the start, in one line that says what to write."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from mtc.config import Config, ConfigError, load
from mtc.config.reading import holds_secret, wanted

SETTINGS = {item.name: item for item in fields(Config)}
RING = "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

# What no number is, whatever its bounds: sizes, days, hops, ports, processes.
NO_NUMBERS = (
    "-1", "-3", "1.5", "1e3", "1_0", "0x10", "٣", "²", "nan", "inf", "many", "4 2", "+4", "true", "4\n2",
    "999999999", "99999999999999999999999", "-99999999999999999999999",
)  # fmt: skip
NO_CHOICES = ("maybe", "2", "-1", "ja", "yes no", "y\0", "None")
NO_SERVICE_URLS = (
    "notaurl", "ftp://x", "http://x", "//x", "://", "localhost:6379", "javascript:alert(1)", "\x00", "a\nb",
)  # fmt: skip

HOSTILE: dict[str, tuple[str, ...]] = {
    "var": ("/etc/passwd", "a\x00b", "a\nb"),
    "plugin_keys": ("x", "a b", "AAAA", ",", "=" * 44, "A" * 44, "A" * 43 + "=,", "\u0410" * 44),
    "plugins_unsigned": ("", " ", "maybe", "2", "yes!", "\x00"),
    "plugins": ("/etc/passwd", "a\x00b", "a\nb"),
    "public_url": (
        "notaurl", "ftp://x", "x", "//x", "http://", "https://", "http:///x", "http://x/path", "http://x/?q=1",
        "http://x?q", "http://x/#f", "http://user@x", "http://u:p@x", "http://x:0", "http://x:99999",
        "http://x:-1", "http://x:port", "http://x:", "http://a b", "http://-x", "http://x_y", "http://a..b",
        "http://[::1", "http://[nonsense]", "http://127.1", "http://2130706433", "http://0x7f000001",
        "http://1.2.3.4.5", "http://256.1.1.1", f"http://{'a' * 64}.test", f"http://{'a.' * 130}test",
        "http://x\\y", "http://x%2ey", "javascript:alert(1)", "http://localhost:8000 http://evil", "http://.",
        "https://x\ny",
    ),
    "host": ("http://x", "x:80", "x/y", "a b", "-x", "256.1.1.1", "[::1]", "::1:x", "*", "a..b", "127.1"),
    "database_url": (
        *NO_SERVICE_URLS, "mysql://x/y", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:x",
        "postgresql://", "postgresql://host", "postgresql://host/", "postgresql://host:0/x",
        "postgresql://host:99999/x", "postgresql://host:x/y", "postgresql+asyncpg://h/x", "postgres://h/x",
    ),
    "database_owner_url": (*NO_SERVICE_URLS, "sqlite:///x.db", "postgresql://host", "postgresql://h:0/x"),
    "redis_url": (
        *NO_SERVICE_URLS, "redis://", "redis://h:0", "redis://h:99999", "redis://h/db", "redis://h/0/1",
        "unix://", "unix://host/path", "redis:h", "redis://h h",
    ),
    "storage_url": (
        *NO_SERVICE_URLS, "file://", "file:///", "file://host/x", "file:///x?y=z", "file:///etc/passwd",
        "s3://", "s3:///x", "s3://b?endpoint=ftp://x", "s3://b?endpoint=nowhere", "s3://b?endpiont=https://x",
        "s3://b?region", "s3://b?region=a&region=b", "s3://b?endpoint=https://x:99999", "my_shop.files",
        "my_shop.files:", "My.files:x", "a.b.c:x", "my_shop.files:a b",
    ),
    "mail_url": (
        *NO_SERVICE_URLS, "outbox:", "outbox:///", "outbox:/etc/passwd", "smtp://", "smtp:h", "smtp://h:0",
        "smtp://h:99999", "smtp://h:x", "smtp://h?tls=maybe", "smtp://h?ssl=yes", "smtp://h/path",
        "smtp://h?smtputf8=1", "my_shop.post:", ".post:x", "my_shop.:x",
    ),
    "mail_from": (
        "shop", "@x", "shop@", "a@b@c", "a b@x.example", "shop@x_y", "shop@-x", "a@x.example, b@x.example",
        "Shop <shop>", "shop@x.example\nBcc: all@x.example", "<>", "shop@x.example>",
    ),
    "mail_spf": (
        "spf.example.com", "v=spf1 a:x.example", "include:", "include:localhost", "include:a b", "ip4:1.2.3",
        "ip4:::1", "ip6:1.2.3.4", "ip4:1.2.3.4/99", "exists:x.example", "redirect=x.example", "all", "~all",
        "include:%{i}.x.example", "a:x_y.example", "ip4:10.0.0.1 " * 6,
    ),
    "secret_key": ("short", "s" * 31),
    "secret_key_old": ("short", "s" * 31),
    "keyring": (
        "k1", "k1:", "k1:%%", "k1:c2hvcnQ=", RING[2:], ",", f"{RING},{RING}", f"k 1{RING[2:]}",
    ),
    "breached_passwords": ("/nowhere/at/all", "/etc/passwd", "/"),
    "store_paths": (*NO_CHOICES, "YES!", "on", "1"),
    **{
        name: (*NO_NUMBERS, str(item.metadata["minimum"] - 1), str(item.metadata["maximum"] + 1))
        for name, item in SETTINGS.items()
        if isinstance(item.default, int) and not isinstance(item.default, bool)
    },
    **{name: NO_CHOICES for name, item in SETTINGS.items() if isinstance(item.default, bool)},
}  # fmt: skip


def refused(folder: Path, name: str, value: str) -> str:
    with pytest.raises(ConfigError) as error:
        load({"MTC_VAR": str(folder), f"MTC_{name.upper()}": value})
    return str(error.value)


def test_every_setting_has_bounds_and_hostile_values() -> None:
    """A new one needs a minimum and a maximum, choices or a form, and what it must refuse."""
    for name, item in SETTINGS.items():
        facts = item.metadata
        if isinstance(item.default, int) and not isinstance(item.default, bool):
            assert facts["minimum"] <= item.default <= facts["maximum"], name
        elif isinstance(item.default, str):
            assert bool(facts["choices"]) != (facts["form"] is not None), name
        assert HOSTILE[name], name
    assert set(HOSTILE) == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_values_without_sense_are_refused_with_what_to_write(tmp_path: Path, name: str) -> None:
    item = SETTINGS[name]
    for value in HOSTILE[name]:
        said = refused(tmp_path / "var", name, value)
        assert said.startswith(f"MTC_{name.upper()} "), (value, said)
        assert wanted(item) in said or name == "breached_passwords", (value, said)
        assert "\n" not in said and "\x00" not in said and len(said) < 300, (value, said)
        assert (f" is {value!r}" in said) is not holds_secret(item) or len(value) > 60, (value, said)
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("name", SETTINGS)
def test_the_bounds_themselves_and_empty_values_are_taken(tmp_path: Path, name: str) -> None:
    item = SETTINGS[name]
    given = {"MTC_VAR": str(tmp_path / "var"), "MTC_SECRET_KEY": "s" * 40, "MTC_KEYRING": RING}
    if name not in ("var", "secret_key", "keyring"):
        assert getattr(load({**given, f"MTC_{name.upper()}": " "}), name) == getattr(load(given), name)
    for bound in ("minimum", "maximum"):
        if item.metadata[bound] is not None:
            more = {"MTC_MAX_UPLOAD_MB": "2000"} if name == "max_body_mb" else {}
            more = {"MTC_MAX_BODY_MB": "1"} if name == "max_upload_mb" else more
            config = load({**given, **more, f"MTC_{name.upper()}": str(item.metadata[bound])})
            assert getattr(config, name) == item.metadata[bound]
    for choice in item.metadata["choices"]:
        assert getattr(load({**given, f"MTC_{name.upper()}": choice}), name) == choice


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("public_url", "http://localhost:8000/", "http://localhost:8000"),
        ("public_url", "HTTP://Shops.Test:80", "http://shops.test"),
        ("public_url", "https://b\u00fccher.test:443", "https://xn--bcher-kva.test"),
        ("public_url", "http://[0:0::1]:8000", "http://[::1]:8000"),
        ("public_url", "http://192.168.1.5", "http://192.168.1.5"),
        ("host", "0.0.0.0", "0.0.0.0"),
        ("host", "::", "::"),
        ("database_url", "postgresql://u:p%40@db:5433/mtc", "postgresql+psycopg://u:p%40@db:5433/mtc"),
        ("database_url", "postgresql://u:p#?x@db/mtc", "postgresql+psycopg://u:p#?x@db/mtc"),
        ("database_url", "postgresql://u@/mtc?host=/run/pg", "postgresql+psycopg://u@/mtc?host=/run/pg"),
        ("database_url", "sqlite:////srv/mtc.db", "sqlite:////srv/mtc.db"),
        ("redis_url", "rediss://:p@cache_1:6380/3", "rediss://:p@cache_1:6380/3"),
        ("redis_url", "unix:///run/redis.sock", "unix:///run/redis.sock"),
        ("storage_url", "s3://k:s@b/pre?endpoint=https://s3.example&region=eu", None),
        ("storage_url", "my_shop.files://bucket?key=1", "my_shop.files://bucket?key=1"),
        ("mail_url", "my_shop.post:key@eu", "my_shop.post:key@eu"),
        ("mail_url", "smtps://u:p%3A@mail.example", "smtps://u:p%3A@mail.example"),
        ("mail_url", "smtp://mail?tls=none", "smtp://mail?tls=none"),
        ("mail_url", "smtp://m?tls=start&smtputf8=yes", "smtp://m?tls=start&smtputf8=yes"),
        ("mail_from", "My Shop <shop@x.example>", "My Shop <shop@x.example>"),
        ("mail_spf", " include:spf.x.example   ip4:192.0.2.0/24 ", "include:spf.x.example ip4:192.0.2.0/24"),
        ("port", " 8080 ", 8080),
        ("demo", "OFF", False),
    ],
)
def test_what_makes_sense_is_kept_in_one_spelling(tmp_path: Path, name: str, value: str, kept: Any) -> None:
    found = getattr(load({"MTC_VAR": str(tmp_path), f"MTC_{name.upper()}": value}), name)
    assert found == (value if kept is None else kept)


PUBLIC = [
    "https://shops.com", "http://shops.com", "https://shops.com:8443", "http://8.8.8.8", "https://[2606:4700::1]",
    "https://shop.example.com.evil.net", "https://localhost.com", "https://a.b.test.net",
]  # fmt: skip
PRIVATE = [
    "http://localhost:8000", "https://localhost", "http://mtc.localhost", "http://127.0.0.1:8000", "http://[::1]",
    "https://shops.test", "https://shops.example", "https://shop.example.com", "http://192.168.1.5",
    "http://10.0.0.7:8000", "http://devbox", "http://printer.local", "http://mtc.internal", "http://nas.home.arpa",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("production", ["", "no", "0"])
def test_a_public_address_needs_production(tmp_path: Path, address: str, production: str) -> None:
    given = {"MTC_VAR": str(tmp_path / "var"), "MTC_PUBLIC_URL": address}
    with pytest.raises(ConfigError) as error:
        load({**given, "MTC_PRODUCTION": production})
    assert str(error.value) == (
        f"MTC_PUBLIC_URL is {address}, which others can reach, and MTC_PRODUCTION is not set: "
        "a public server must not take test payments. Write MTC_PRODUCTION=yes."
    )
    assert not (tmp_path / "var").exists()
    assert load({**given, "MTC_PRODUCTION": "yes"}).demo is False


@pytest.mark.parametrize("address", PRIVATE)
def test_a_development_server_does_not(tmp_path: Path, address: str) -> None:
    assert load({"MTC_VAR": str(tmp_path), "MTC_PUBLIC_URL": address}).production is False


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"MTC_STORE_PATHS": "no", "MTC_PUBLIC_URL": "http://127.0.0.1:8000"},
            "has no subdomains: write auto.",
        ),
        (
            {"MTC_MAX_BODY_MB": "9", "MTC_MAX_UPLOAD_MB": "8"},
            "MTC_MAX_UPLOAD_MB is smaller than MTC_MAX_BODY_MB",
        ),
    ],
)
def test_settings_that_do_not_fit_together(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load({"MTC_VAR": str(tmp_path / "var"), **settings})


@pytest.mark.parametrize(
    "sender",
    ["", " ", "shop@localhost", "Shop <shop@localhost>", "a@mail.localhost", "a@LOCALHOST", "a@mailhost",
     "a@127.0.0.1", "a@localhost.localdomain"],
)  # fmt: skip
@pytest.mark.parametrize("server", ["smtp://mail.example", "smtps://u:secret@mail.example"])
def test_production_with_a_mail_server_needs_an_address_to_send_from(
    tmp_path: Path, sender: str, server: str
) -> None:
    given = {"MTC_VAR": str(tmp_path / "var"), "MTC_PUBLIC_URL": "https://shops.com", "MTC_PRODUCTION": "yes"}
    with pytest.raises(ConfigError) as error:
        load({**given, "MTC_MAIL_URL": server, "MTC_MAIL_FROM": sender})
    said = str(error.value)
    assert said.startswith(f"MTC_MAIL_FROM is {sender.strip() or 'shop@localhost'}, an address of no domain")
    assert said.endswith("such as shop@shops.com.") and "secret" not in said
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    "given",
    [
        {
            "MTC_MAIL_URL": "smtp://mail.example",
            "MTC_MAIL_FROM": "Shops <mail@shops.com>",
            "MTC_PRODUCTION": "yes",
        },
        {"MTC_PRODUCTION": "yes"},  # an outbox: mail leaves to nobody
        {"MTC_MAIL_URL": "smtp://localhost:1025?tls=none"},  # a development server with a mail catcher
    ],
)
def test_other_ways_of_sending_need_none(tmp_path: Path, given: dict[str, str]) -> None:
    assert load({"MTC_VAR": str(tmp_path), **given}).mail_from
