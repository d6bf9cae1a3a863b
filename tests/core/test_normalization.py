"""Reading people's text costs what its length costs, counted in characters given to the C library at once."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from mtc.core import normalization
from mtc.core.normalization import ascii_host, compose, fold, in_latin, split_url, unescape

# Characters that decompose to marks are no marks themselves: U+0F81 becomes two of other classes.
HOSTILE = ("\u0301\u0316", "\u0f81", "\u0344\u0316", "e\u0301\u0316", "\u1e69\u0323", "\uff9e\u0301")
SIZE = 100_000


def runs(text: str) -> str:
    """Marks of one class behind those of another: the order in which sorting costs most."""
    return "".join(char * (SIZE // len(text)) for char in text)


@pytest.fixture
def cost(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What was normalised: sorting a run of n marks counts n * n, as the C library works."""
    counted = SimpleNamespace(steps=0, longest=0)

    real = unicodedata.normalize

    def normalize(form: str, text: str) -> str:
        found = run = longest = 0
        for char in text:
            for part in real(form.replace("C", "D"), char):
                run = run + 1 if unicodedata.combining(part) else 0
                found, longest = found + max(run, 1), max(longest, run)
        counted.steps += found
        counted.longest = max(counted.longest, longest)
        assert longest <= 64, "a run of marks was sorted whole"
        return real(form, text)

    monkeypatch.setattr(unicodedata, "normalize", normalize)
    monkeypatch.setattr(normalization, "_FOLDED", normalization._Characters(normalization._without_marks))
    normalization._classes.cache_clear()
    return counted


@pytest.mark.parametrize("read", [fold, in_latin, compose])
@pytest.mark.parametrize("text", HOSTILE)
def test_marks_cost_what_their_number_costs(
    read: Callable[[str, int], str], text: str, cost: SimpleNamespace
) -> None:
    for shape in (runs(text), text * (SIZE // len(text))):
        spent = []
        for size in (SIZE // 2, SIZE):
            before = cost.steps
            read(shape[:size], SIZE)
            spent.append(cost.steps - before)
        assert spent[1] <= 2.5 * spent[0] + 1000
        assert cost.longest <= normalization.MOST_MARKS + 3


def test_what_is_read_is_cut_first(cost: SimpleNamespace) -> None:
    for read in (fold, in_latin, compose):
        assert len(read("é" * 1000, 10)) <= 10
    compose("\u0301" * SIZE, 50)
    assert cost.steps < 10_000


def test_folding_is_what_normalising_the_whole_gives() -> None:
    chosen = random.Random(3)
    alphabet = "aZ ßİſÅéñ½ﬁ①Ωが한ｶﾞ\u0301\u0316\u0f81\u0344ﷺ𝔸—_"
    for _ in range(500):
        text = "".join(chosen.choices(alphabet, k=chosen.randrange(20)))
        whole = unicodedata.normalize("NFKD", text.casefold())
        assert fold(text) == "".join(char for char in whole if not unicodedata.combining(char))
        assert in_latin(text).isascii()
        assert compose(text) == unicodedata.normalize("NFC", text)


def test_thirty_marks_stay_and_more_are_left_out() -> None:
    assert compose("a" + "\u0316" * 30) == "a" + "\u0316" * 30
    assert compose("a" + "\u0316" * 500 + "b\u0316") == "a" + "\u0316" * 30 + "b\u0316"


def test_the_table_of_characters_has_a_bound() -> None:
    for start in range(0x100, 0x20_000, 0x1000):
        fold("".join(map(chr, range(start, start + 0x1000))))
        assert len(normalization._FOLDED) <= normalization._CACHED


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("&lt;b&gt; &amp;eacute; &eacute;", "<b> &eacute; é"),
        ("&#233;&#xe9;&#0000233;", "ééé"),
        ("&#" + "1" * 5000 + ";!", "\ufffd!"),  # int() would refuse the digits
        ("&#x" + "f" * 5000 + ";!", "\ufffd!"),
        ("&#;&#x;&#", "&#;&#x;&#"),
    ],
)
def test_references_of_any_length_are_read(html: str, text: str) -> None:
    assert unescape(html) == text


def test_addresses_and_hosts_have_a_bound() -> None:
    assert ascii_host("bücher.example.") == "xn--bcher-kva.example."
    with pytest.raises(UnicodeError):
        ascii_host("\u0301\u0316" * 128)
    assert split_url("https://bücher.example/a").hostname == "bücher.example"
    with pytest.raises(ValueError, match="too long"):
        split_url("https://" + "\u0301\u0316" * 2000)
