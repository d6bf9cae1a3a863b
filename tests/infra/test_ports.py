"""Which implementation a setting chooses."""

from dataclasses import dataclass

import pytest
from flask import Flask

from mtc.core.registry import CORE, forget, registering
from mtc.infra import build_ports, ports
from mtc.infra.cache import MemoryCache, RedisCache
from mtc.infra.dns import DnsResolver
from mtc.infra.http import HttpClient, RefusedUrlError
from mtc.infra.mail import OutboxMail, SmtpMail, mail_providers
from mtc.infra.queue import InProcessQueue, RqQueue
from mtc.infra.storage import LocalStorage, S3Storage, storage_providers
from tests.fakes.ports import FakePorts, fake_ports


@dataclass(frozen=True)
class Settings:
    redis_url: str | None = None
    storage_url: str = "file:///var/lib/mtc/files"
    mail_url: str = "outbox:/var/lib/mtc/outbox"
    outbound_allow_http: bool = False


def kinds(made):
    return [type(port) for port in (made.cache, made.queue, made.storage, made.mail, made.http, made.dns)]


def test_nothing_set_means_this_machine_alone():
    made = build_ports(Settings())
    assert kinds(made) == [MemoryCache, InProcessQueue, LocalStorage, OutboxMail, HttpClient, DnsResolver]
    assert str(made.storage.root) == "/var/lib/mtc/files"
    assert str(made.mail.folder) == "/var/lib/mtc/outbox"


def test_addresses_choose_the_server_profile_without_connecting():
    made = build_ports(
        Settings(
            redis_url="redis://127.0.0.1:1/0",
            storage_url="s3://key:secret@Shop-Files/mtc?endpoint=http://127.0.0.1:1&region=eu-central-1",
            mail_url="smtp://user:pass@mail.example:587?tls=start",
        )
    )
    assert kinds(made) == [RedisCache, RqQueue, S3Storage, SmtpMail, HttpClient, DnsResolver]
    assert "http://127.0.0.1:1/Shop-Files/mtc/t/a?" in (made.storage.url("t/a", 60) or "")


@pytest.mark.parametrize("url", ["/var/files", "file://host/path", "s3:bucket", "ftp://x/y", ""])
def test_a_storage_address_that_is_not_understood_is_refused(url):
    with pytest.raises(ValueError, match="storage"):
        build_ports(Settings(storage_url=url))


@pytest.mark.parametrize("url", ["outbox:", "mailto:a@b", "", "smtp:"])
def test_a_mail_address_that_is_not_understood_is_refused(url):
    with pytest.raises(ValueError, match=r"mail|SMTP"):
        build_ports(Settings(mail_url=url))


@pytest.mark.parametrize(("url", "folder"), [("outbox:/a/b", "/a/b"), ("outbox:///a/b", "/a/b")])
def test_an_outbox_is_a_folder(url, folder):
    assert str(build_ports(Settings(mail_url=url)).mail.folder) == folder


def test_a_provider_that_is_not_there_is_named():
    sentence = r"^There is no storage provider “my_shop\.files”\. An address begins with file:, s3:\.$"
    with pytest.raises(ValueError, match=sentence):
        build_ports(Settings(storage_url="my_shop.files:secret@x"))
    sentence = r"^There is no mail provider “ftp”\. An address begins with outbox:, smtp:, smtps:\.$"
    with pytest.raises(ValueError, match=sentence):
        build_ports(Settings(mail_url="ftp://u:secret@x"))


def test_a_plugin_brings_providers_and_takes_them_along():
    with registering("my_shop"):
        storage_providers.register("my_shop.files", lambda url: LocalStorage(url.partition(":")[2]))
        mail_providers.register("my_shop.post", lambda url: OutboxMail(url.partition(":")[2]))
    try:
        made = build_ports(Settings(storage_url="my_shop.files:/a", mail_url="my_shop.post:/b"))
        assert (str(made.storage.root), str(made.mail.folder)) == ("/a", "/b")
        assert [storage_providers.owner_of(name) for name in ("my_shop.files", "s3")] == ["my_shop", CORE]
    finally:
        forget("my_shop")
    assert list(storage_providers.entries) == ["file", "s3"]
    assert list(mail_providers.entries) == ["outbox", "smtp", "smtps"]


def test_plain_http_is_a_setting():
    with pytest.raises(RefusedUrlError, match="https"):
        build_ports(Settings()).http.request("GET", "http://127.0.0.1/")
    with pytest.raises(RefusedUrlError, match="public"):
        build_ports(Settings(outbound_allow_http=True)).http.request("GET", "http://127.0.0.1/")


def test_the_proxy_leads_to_the_ports_of_the_running_application():
    app, made = Flask("mtc"), fake_ports()
    app.extensions["mtc.ports"] = made
    with app.app_context():
        ports.queue.wake("tenant")
        ports.cache.set("k", 1, 60)
        assert ports.limits.limit("k", 1, 60).allowed
    assert isinstance(made, FakePorts)
    assert (made.queue.wakes, made.cache.get("k")) == (["tenant"], 1)
    with pytest.raises(RuntimeError, match="application context"):
        ports.queue.wake()
