"""Lists of keys as merchants have them: read first, asked about where they are not clear, then added."""

from mtc.catalog.services.stock_files.cleaning import LONGEST_KEY
from mtc.catalog.services.stock_files.encodings import ENCODINGS, Source
from mtc.catalog.services.stock_files.guess import SEPARATORS
from mtc.catalog.services.stock_files.reading import (
    Choices,
    Entry,
    KeyFile,
    choices_of,
    entries_of,
    separator_word,
)

__all__ = [
    "ENCODINGS",
    "LONGEST_KEY",
    "SEPARATORS",
    "Choices",
    "Entry",
    "KeyFile",
    "Source",
    "choices_of",
    "entries_of",
    "separator_word",
]
