"""The tables as the database itself describes them: reading all rows, and putting them back.

The models are not asked: a database that an older MTC left behind can be saved before it is migrated,
and an old archive is loaded into tables as they were then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Text, bindparam, cast, column, func, inspect, literal, select, table, text
from sqlalchemy.engine.reflection import ObjectKind, ObjectScope

from mtc.backup.values import checked_row, decoder, encoder, kind_of
from mtc.infra.pictures.base import rendition_key
from mtc.plugins.services import plugin_revisions, prefix_of

_HISTORY = "alembic_version"
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Columns:
    """A table: its name, and the names and kinds of its columns in order."""

    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def kinds(self) -> list[str]:
        """The kinds of the columns."""
        return [kind for _, kind in self.columns]


def revision(connection: Connection) -> str:
    """The revision of the schema, empty in a database without tables."""
    if not inspect(connection).has_table(_HISTORY):
        return ""
    source = table(_HISTORY, column("version_num"))
    return str(connection.execute(select(source.c.version_num)).scalar() or "")


def describe(connection: Connection) -> list[Columns]:
    """All tables, each behind those that it refers to, and otherwise by name."""
    inspector = inspect(connection)
    reflected = inspector.get_multi_columns(kind=ObjectKind.TABLE, scope=ObjectScope.DEFAULT)
    history = {_HISTORY, *(f"{prefix_of(slug)}alembic" for slug in plugin_revisions(connection))}
    order = [name for name, _ in inspector.get_sorted_table_and_fkc_names() if name and name not in history]
    tables = {name: columns for (_, name), columns in reflected.items()}
    return [
        Columns(name, tuple((c["name"], kind_of(c["type"], f"{name}.{c['name']}")) for c in tables[name]))
        for name in order
    ]


def rows(connection: Connection, described: Columns) -> Iterator[list[Any]]:
    """Every row in the archive's spelling, streamed, in the order of the key."""
    source = table(described.name, *(column(name) for name, _ in described.columns))
    postgresql = connection.dialect.name == "postgresql"
    selected = [
        cast(source.c[name], Text) if postgresql and kind == "json" else source.c[name]
        for name, kind in described.columns
    ]
    keys = inspect(connection).get_pk_constraint(described.name)["constrained_columns"]
    query = select(*selected).order_by(*(source.c[name] for name in keys))
    result = connection.execute(query.execution_options(yield_per=_BATCH))
    converts = [(place, fn) for place, kind in enumerate(described.kinds) if (fn := encoder(kind))]
    for stored in result:
        row = list(stored)
        for place, convert in converts:
            if row[place] is not None:
                row[place] = convert(row[place])
        yield row


def insert_rows(connection: Connection, described: Columns, archived: Iterable[Any]) -> None:
    """Put rows of an archive into the table, as they are; raises ArchiveError for one that does not fit."""
    names = [name for name, _ in described.columns]
    target = table(described.name, *(column(name) for name in names))
    # Without types: PostgreSQL reads each text as what its column holds.
    statement = target.insert().values({name: bindparam(name) for name in names})
    dialect = connection.dialect.name
    converts = [(place, fn) for place, kind in enumerate(described.kinds) if (fn := decoder(kind, dialect))]
    rest = iter(archived)
    while batch := list(islice(rest, _BATCH)):
        parameters = []
        for values in batch:
            row = checked_row(values, described.kinds)
            for place, convert in converts:
                if row[place] is not None:
                    row[place] = convert(row[place])
            parameters.append(dict(zip(names, row, strict=True)))
        connection.execute(statement, parameters)


def empty_tables(connection: Connection, tables: Sequence[Columns]) -> None:
    """Delete every row, those that refer to others first."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    for described in reversed(tables):
        connection.execute(table(described.name).delete())


def population(connection: Connection) -> tuple[int, int]:
    """Return how many tenants and users there are: a database with neither holds nobody's data."""
    queries = [select(func.count()).select_from(table(name)) for name in ("tenants", "users")]
    tenants, users = (int(connection.execute(query).scalar_one()) for query in queries)
    return tenants, users


def stored_files(connection: Connection) -> Iterator[tuple[str, str]]:
    """Key and content type of every file that a row names, oldest rows of each tenant first.

    A picture is followed by its smaller copies, which a database of an earlier revision has not.
    """
    names = ("tenant_id", "id", "storage_key", "content_type", "rendition_widths")
    source = table("media", *map(column, names))
    inspector = inspect(connection)
    media_columns = inspector.get_columns("media") if inspector.has_table("media") else []
    has_copies = any(media_column["name"] == names[-1] for media_column in media_columns)
    widths = source.c.rendition_widths if has_copies else literal("").label(names[-1])
    query = select(source.c.storage_key, source.c.content_type, widths)
    query = query.order_by(source.c.tenant_id, source.c.id).execution_options(yield_per=_BATCH)
    for row in connection.execute(query):
        yield str(row.storage_key), str(row.content_type)
        for width in filter(None, row.rendition_widths.split(",")):
            yield rendition_key(row.storage_key, width), "image/webp"


def names_file(connection: Connection, key: str) -> bool:
    """Return whether a row names the file."""
    source = table("media", column("storage_key"))
    query = select(func.count()).select_from(source).where(source.c.storage_key == key)
    return bool(connection.execute(query).scalar_one())
