"""Files that a browser keeps instead of showing: their names in the header."""

from __future__ import annotations

from urllib.parse import quote

from mtc.core.fields.formats import scrub


def attachment(name: str) -> str:
    """The Content-Disposition of a file (RFC 6266): a plain name for all, the true one for who reads UTF-8.

    A header is one line of Latin-1: what does not fit there must not reach the server. A name is no path: not
    every client cuts off what leads elsewhere.
    """
    true = scrub(name, multiline=False).replace("/", "_").replace("\\", "_") or "file"
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in true)
    header = f'attachment; filename="{plain}"'
    return header if plain == true else f"{header}; filename*=UTF-8''{quote(true, safe='')}"
