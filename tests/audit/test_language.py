"""The audit log is written in English and read in the reader's language."""

from __future__ import annotations

import pytest

from mtc.audit.models import AuditEntry
from mtc.audit.presenters import summary_of
from mtc.core.i18n import use_locale


@pytest.mark.parametrize(
    ("written", "german"),
    [
        ("Cancelled an order", "Hat eine Bestellung storniert"),
        ("Looked at /orders", "Hat /orders angesehen"),
        ("Was refused: Cancelled an order", "Wurde abgewiesen: Hat eine Bestellung storniert"),
        ("Something of a plugin", "Something of a plugin"),
    ],
)
def test_an_entry_is_told_in_the_running_language(written: str, german: str) -> None:
    entry = AuditEntry(summary=written)
    assert summary_of(entry) == written
    with use_locale("de"):
        assert summary_of(entry) == german
