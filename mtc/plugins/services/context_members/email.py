"""`ctx.email`: mails of a plugin, written by its own templates in the look of the store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, TemplateSyntaxError

from mtc.core.i18n import use_locale
from mtc.core.store_info import StoreInfo
from mtc.emails.registry import look_of
from mtc.emails.services import send_email
from mtc.emails.services.senders import sender_name_and_address
from mtc.infra import ports
from mtc.plugins.errors import PluginError
from mtc.plugins.registry import LoadedPlugin
from mtc.plugins.services.loader import loaded
from mtc.tenants.services import first_store, store_url

MOST_MAILS, MOST_A_DAY = 20, 2_000
LARGEST_PART = 256 * 1024
LONGEST_KEY = 120
_FOLDER = "mails"
_SUBJECT, _TEXT, _HTML = ".subject.txt", ".txt", ".html"
_ENVIRONMENTS = "mtc.plugins.mails"


class PluginEmailError(ValueError):
    """The mail is not declared, too large, or one too many for one call."""


def check_mails(plugin: LoadedPlugin) -> None:
    """Raise PluginError where manifest and folder differ in mails, or a template cannot be read."""
    folder = plugin.folder / _FOLDER
    declared = set(plugin.manifest.get("mails", ()))
    files = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    needed = {name + ending for name in declared for ending in (_SUBJECT, _TEXT)}
    odd = (needed - files) | (files - needed - {name + _HTML for name in declared})
    if odd:
        raise PluginError(
            f"{plugin.slug}: manifest and folder differ in these files of mails/: {', '.join(sorted(odd))}."
        )
    for name in sorted(files):
        _check_template(plugin.slug, folder / name)


def _check_template(slug: str, path: Path) -> None:
    try:
        Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"]).parse(
            path.read_text(encoding="utf-8")
        )
    except (TemplateSyntaxError, UnicodeDecodeError) as error:
        raise PluginError(f"{slug}: mails/{path.name}: {error}") from error


class PluginEmail:
    """The mails of one plugin to people of one tenant, put into its outbox in the running transaction."""

    def __init__(self, plugin: str, tenant_id: UUID, store: StoreInfo | None) -> None:
        self._plugin, self._tenant_id, self._store, self._sent = plugin, tenant_id, store, 0

    def send(
        self,
        name: str,
        to: str,
        values: Mapping[str, Any] | None = None,
        locale: str = "",
        key: str = "",
        store: StoreInfo | None = None,
    ) -> bool:
        """Write a mail of the manifest to one address; it leaves when the transaction is committed.

        The templates get the values, `store`, `theme` and `subject`. `locale` is by default that of the
        store, `store` that of the request or the tenant's first. With a `key` it is written once, ever;
        returns whether it was. Raises PluginEmailError, ValidationError for an address that cannot be.
        """
        plugin = loaded(current_app)[self._plugin]
        if name not in plugin.manifest.get("mails", ()):
            raise PluginEmailError(f"{self._plugin}: plugin.json declares no mail {name!r} under `mails`.")
        if len(key) > LONGEST_KEY:
            raise PluginEmailError(f"{self._plugin}: a key is a text of at most {LONGEST_KEY} characters.")
        if self._sent >= MOST_MAILS:
            raise PluginEmailError(f"{self._plugin}: {MOST_MAILS} mails are the most of one call.")
        shop = store or self._store or first_store(self._tenant_id)
        if shop is None or shop.tenant_id != self._tenant_id:
            raise PluginEmailError(f"{self._plugin}: there is no store of this tenant to write for.")
        language = locale or shop.locale
        with use_locale(language):
            parts = _render(plugin, name, {**(values or {}), **_facts(shop, language)})
        if any(len(part.encode()) > LARGEST_PART for part in parts):
            raise PluginEmailError(f"{self._plugin}: a part of a mail has at most {LARGEST_PART} bytes.")
        subject, text, html = parts
        email = send_email(
            f"{self._plugin}.{name}",
            to=to,
            subject=subject,
            text=text,
            html=html,
            sender=sender_name_and_address(shop.name, shop.email),
            dedupe_key=f"p:{self._plugin}:{key}" if key else None,
        )
        if email is not None and not self._may_send():
            raise PluginEmailError(f"{self._plugin}: {MOST_A_DAY} mails a day are the most of a tenant.")
        self._sent += email is not None
        return email is not None

    def _may_send(self) -> bool:
        limit = ports.limits.limit(f"p-mail:{self._plugin}:{self._tenant_id}", MOST_A_DAY, 86_400)
        return limit.allowed


def _facts(store: StoreInfo, locale: str) -> dict[str, Any]:
    return {
        "store": {
            "name": store.name,
            "slug": store.slug,
            "tagline": store.tagline,
            "email": store.email,
            "url": store_url(store, current_app.config["MTC"].public_url),
            "locale": locale,
            "logo": store.branding.get("logo") or {},
            "footer": store.settings.get("footer") or {},
        },
        "theme": look_of(store),
    }


def _render(plugin: LoadedPlugin, name: str, facts: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML (empty where there is no such template)."""
    environment = _environment(plugin)
    start = f"plugin:{plugin.slug}/{name}"
    subject = " ".join(environment.get_template(start + _SUBJECT).render(facts).split())
    context = {**facts, "subject": subject}
    text = environment.get_template(start + _TEXT).render(context).strip() + "\n"
    if not (plugin.folder / _FOLDER / f"{name}{_HTML}").is_file():
        return subject, text, ""
    return subject, text, environment.get_template(start + _HTML).render(context)


def _environment(plugin: LoadedPlugin) -> Environment:
    """MTC's own environment for mails, which also finds the plugin's templates."""
    environments: dict[str, Environment] = current_app.extensions.setdefault(_ENVIRONMENTS, {})
    folder = str(plugin.folder / _FOLDER)
    if folder not in environments:
        own = PrefixLoader({f"plugin:{plugin.slug}": FileSystemLoader(folder)})
        shared = current_app.jinja_env.loader
        assert shared is not None
        environments[folder] = current_app.jinja_env.overlay(loader=ChoiceLoader([own, shared]))
    return environments[folder]
