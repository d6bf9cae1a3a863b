"""Implementations behind the ports, chosen by settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from flask import current_app
from werkzeug.local import LocalProxy

from mtc.core.registry import Registry
from mtc.infra.cache import Cache, Limits, MemoryCache, RedisCache
from mtc.infra.dns import Dns, DnsResolver
from mtc.infra.http import Http, HttpClient
from mtc.infra.mail import Mail, mail_providers
from mtc.infra.pictures import Pictures, build_pictures
from mtc.infra.queue import InProcessQueue, Queue, RqQueue
from mtc.infra.redis_connection import RedisLink
from mtc.infra.storage import Storage, storage_providers

T = TypeVar("T")

EXTENSION = "mtc.ports"


class PortSettings(Protocol):
    """The settings that ports are built from; mtc.config.Config has them among others."""

    @property
    def redis_url(self) -> str | None:
        """`redis://host:6379/0`, or nothing for a single process."""

    @property
    def storage_url(self) -> str:
        """`file:///path` or `s3://bucket/prefix?endpoint=https://...&region=...`."""

    @property
    def mail_url(self) -> str:
        """`outbox:/path`, `smtp://user:password@host:587?tls=start` or `smtps://...`."""

    @property
    def outbound_allow_http(self) -> bool:
        """Return whether outbound calls may go without TLS."""


@dataclass(frozen=True)
class Ports:
    """One implementation per port; built once per application."""

    cache: Cache
    limits: Limits
    queue: Queue
    storage: Storage
    mail: Mail
    http: Http
    dns: Dns
    pictures: Pictures


def build_ports(config: PortSettings) -> Ports:
    """The ports that the settings ask for; nothing is connected yet. Raises ValueError for a bad address."""
    cache: Cache
    queue: Queue
    if config.redis_url:
        # A link each: a slow answer to a wake-up says nothing about the cache's circuit.
        cache, queue = RedisCache(RedisLink(config.redis_url)), RqQueue(RedisLink(config.redis_url))
    else:
        cache, queue = MemoryCache(), InProcessQueue()
    return Ports(
        cache=cache,
        limits=Limits(cache),
        queue=queue,
        storage=build_storage(config.storage_url),
        mail=build_mail(config.mail_url),
        http=HttpClient(allow_http=config.outbound_allow_http),
        dns=DnsResolver(),
        pictures=build_pictures(),
    )


def build_storage(url: str) -> Storage:
    """The file store behind an address; raises ValueError for one that is not understood."""
    return _provider(storage_providers, url)(url)


def build_mail(url: str) -> Mail:
    """The mailer behind an address; raises ValueError for one that is not understood."""
    return _provider(mail_providers, url)(url)


def _provider(providers: Registry[Callable[[str], T]], url: str) -> Callable[[str], T]:
    """Return the maker for an address; the platform has chosen it, for whichever tenant it may be on."""
    scheme = url.partition(":")[0].lower()
    provider = providers.find_any(scheme)
    if provider is None:
        names = ", ".join(f"{name}:" for name in providers.entries)
        raise ValueError(f"There is no {providers.label} “{scheme}”. An address begins with {names}.")
    return provider


def _running() -> Ports:
    return cast(Ports, current_app.extensions[EXTENSION])


ports: Ports = cast(Ports, LocalProxy(_running))
"""The ports of the running application; needs an application context."""
