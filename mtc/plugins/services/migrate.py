"""Bringing the tables of all plugins to the revisions that their code expects."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager

from flask import current_app
from sqlalchemy import Connection

from mtc.core.owner_connection import owner_connection
from mtc.core.tenancy import platform_scope
from mtc.extensions import db
from mtc.plugins.errors import PluginError
from mtc.plugins.registry import LoadedPlugin
from mtc.plugins.services.loader import loaded
from mtc.plugins.services.tables import newest_revision, revision_of, upgrade_tables
from mtc.plugins.services.tables import revisions as known_revisions

log = logging.getLogger(__name__)


def with_tables() -> list[LoadedPlugin]:
    """The plugins that bring tables."""
    return [plugin for plugin in loaded(current_app).values() if plugin.tables]


def outdated_plugins(connection: Connection) -> dict[str, str]:
    """Return a sentence by id for each plugin whose tables are not at the revision of its code."""
    return {
        plugin.slug: f"{plugin.slug}: its tables are not those of its code. Run `mtc migrate`."
        for plugin in with_tables()
        if revision_of(connection, plugin.slug) != newest_revision(plugin.folder)
    }


def need_migration() -> bool:
    """Return whether a plugin's tables have to be brought to the revision of its code."""
    return bool(_outdated())


def _outdated() -> dict[str, str]:
    if not with_tables():
        return {}
    with platform_scope("read the revisions of plugins", readonly=True), db.engine.connect() as connection:
        return outdated_plugins(connection)


def migrate_plugins() -> dict[str, str]:
    """Make and change the tables of all plugins; return a sentence by id for each that failed, unchanged."""
    failed: dict[str, str] = {}
    for slug in _outdated():
        plugin = loaded(current_app)[slug]
        try:
            with _owner("migrate a plugin") as connection:
                upgrade_tables(connection, slug, plugin.folder, plugin.tables)
        except PluginError as error:
            failed[slug] = error.message
            log.error("The tables of a plugin were left as they are. %s", error.message)
    return failed


def bring_tables_to(revisions: dict[str, str]) -> list[str]:
    """Make the tables of plugins as they were at these revisions; return the ids where that is impossible.

    It is for a plugin that is not loaded, or that does not know the revision. Raises PluginError.
    """
    impossible = []
    with platform_scope("read the revisions of plugins", readonly=True), db.engine.connect() as connection:
        different = [slug for slug in revisions if revision_of(connection, slug) != revisions[slug]]
    for slug in different:
        plugin = loaded(current_app).get(slug)
        if plugin is None or revisions[slug] not in known_revisions(plugin.folder):
            impossible.append(slug)
            continue
        with _owner("bring a plugin's tables to a revision") as connection:
            upgrade_tables(connection, slug, plugin.folder, plugin.tables, revisions[slug])
    return impossible


def _owner(why: str) -> AbstractContextManager[Connection]:
    return owner_connection(db.engine, current_app.config["MTC"].database_owner_url, why)
