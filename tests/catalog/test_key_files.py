"""Lists of keys as merchants export them: headings, separators, quotes, encodings, line ends."""

from __future__ import annotations

import csv
import io
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtc.catalog.services.stock_files import Choices, KeyFile, choices_of
from mtc.catalog.services.stock_files.headings import strength
from mtc.core.errors import AppError, UnprocessableError, ValidationError

HEADINGS = (
    "License Key", "Licence Key", "LICENSE_KEY", "license__license_key", "serial_key", "Serial Key",
    "Serial Number", "SerialNumber", "CD Key", "CDKey", "cd-key", "Product Key", "productKey", "Steam Key",
    "Activation Code", "activation-code", "Gift Code", "Redeem Code", "Voucher", "PIN", "Key", "keys", "Code",
    "Key Code", "Your Key:", "Schlüssel", "Lizenzschlüssel", "Produktschlüssel", "Seriennummer",
    "Aktivierungscode", "Gutscheincode", "Clé", "Clé de licence", "Clé d'activation", "Numéro de série",
    "Clave", "Clave de licencia", "Código", "Código de activación", "Chiave", "Chiave di licenza", "Chave",
    "Ключ", "Ключ активации", "Лицензионный ключ", "Серийный номер", "Код", "キー", "プロダクトキー",
    "ライセンスキー", "シリアル番号", "密钥", "产品密钥", "激活码", "序列号", "金鑰", "키", "시리얼 번호",
    "Klucz produktu", "Nyckel", "Nøgle", "Avain", "Klíč", "Anahtar", "Κλειδί",
)  # fmt: skip
KEYS = ["AAAA-BBBB-0001", "AAAA-BBBB-0002", "AAAA-BBBB-0003"]


def read(data: bytes | str, choices: Choices | None = None) -> list[tuple[int, str]]:
    """The keys of a file with their lines; what is open is a failure."""
    file = KeyFile.of_text(data, choices) if isinstance(data, str) else KeyFile(lambda: (data,), choices)
    file.insist()
    return [(line, key) for line, key, problem in file.entries() if not problem]


def open_questions(data: bytes | str) -> set[str]:
    file = KeyFile.of_text(data) if isinstance(data, str) else KeyFile(lambda: (data,))
    return set(file.questions)


@pytest.mark.parametrize("heading", HEADINGS)
def test_b01_no_usual_heading_is_sold(heading: str) -> None:
    assert strength(heading) > 0
    want = [(number, key) for number, key in enumerate(KEYS, 2)]
    assert read("\n".join([heading, *KEYS])) == want
    for separator, quote in product(",;\t|", ("", '"')):
        table = [[heading, "Product", "Status"], *([key, "Header trap", "available"] for key in KEYS)]
        for order in (slice(None), slice(None, None, -1)):
            text = "\n".join(separator.join(f"{quote}{c}{quote}" for c in row[order]) for row in table)
            assert read(text) == want, (separator, quote)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n"])
def test_encodings_and_line_ends(encoding: str, ends: str) -> None:
    text = ends.join(["Seriennummer;Für wen", *(f"{key};Jürgen" for key in KEYS), ""])
    data = text.encode(encoding)
    if encoding == "utf-16-be" or encoding == "utf-16-le":
        assert KeyFile(lambda: (data,)).encoding == encoding
    step = 2 if len(ends.replace("\r\n", "\n")) == 2 else 1
    want = [(1 + step * number, key) for number, key in enumerate(KEYS, 1)]
    if encoding == "cp1252":
        assert open_questions(data) == {"encoding"}
        assert read(data, Choices(encoding="windows-1252")) == want
    else:
        assert read(data) == want
    # However the bytes are cut into pieces.
    small = KeyFile(lambda: (data[at : at + 3] for at in range(0, len(data), 3)), Choices(separator=";"))
    assert [key for _, key, _ in small.entries()] == KEYS


@pytest.mark.parametrize("head", ["KEYS-TO-SELL", "Liste von Mai", "available"])
def test_b01_a_first_line_without_a_digit_is_never_added_when_all_others_have_one(head: str) -> None:
    assert read("\n".join([head, *KEYS])) == [(n, key) for n, key in enumerate(KEYS, 2)]
    told = KeyFile.of_text("\n".join([head, *KEYS]), Choices(heading=False))
    assert [bool(problem) for _, _, problem in told.entries()] == [True, False, False, False]
    mixed = "\n".join([head, "OTHER", *KEYS])
    assert open_questions(mixed) == (set() if head.isupper() else {"heading"})
    assert len(read(mixed, Choices(heading=False))) == 5


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("TWO-1,note", {"column"}),
        ("TWO-1,note\nTWO-2,note\n", {"column"}),
        ("Serial,License Key\n1,K-1\n2,K-2", {"column"}),
        ("Product,Region\nA-1,EU\nA-2,EU", {"column"}),
        ("A,1;x\nB,2;x", {"separator", "column"}),
        ("A-1\nA-2\nA,3\nA-4", {"separator"}),
        ('A-1\n"A-2\nA-3', {"quotes"}),
        ('A-1\n"A-2"B\nA-3', {"quotes"}),
    ],
)
def test_b01_what_is_not_clear_is_asked_and_not_guessed(text: str, asked: set[str]) -> None:
    assert open_questions(text) == asked
    with pytest.raises(UnprocessableError) as caught:
        read(text)
    assert set(caught.value.details) == asked


@pytest.mark.parametrize(
    ("text", "how", "want"),
    [
        ("TWO-1,note", {"column": "1"}, ["TWO-1"]),
        ("TWO-1,note", {"separator": "none"}, ["TWO-1,note"]),
        ("Serial,License Key\n1,K-1\n2,K-2", {"column": "license key"}, ["K-1", "K-2"]),
        ("A,1;x\nB,2;x", {"separator": "semicolon", "column": "1"}, ["A,1", "B,2"]),
        ('A-1\n"A-2\nA-3', {"quotes": "no"}, ["A-1", '"A-2', "A-3"]),
        ("Key\nA-1", {"heading": "no"}, ["A-1"]),
        ("sep=;\nKey;Note\nA-1;x", {}, ["A-1"]),
        ('"sep=;"\nKey;Note\nA-1;x', {}, ["A-1"]),
        ('="0001"\n="0002"', {}, ["0001", "0002"]),
        ('"=""0001"""\n"=""0002"""', {}, ["0001", "0002"]),
        ("“SMART-1”\n'SINGLE-2'\n«GUILL-3»", {}, ["SMART-1", "SINGLE-2", "GUILL-3"]),
        ("A-1\vA-2\x85A-3\u2028A-4\fA-5", {}, ["A-1", "A-2", "A-3", "A-4", "A-5"]),
        (
            '  "A-1"  ; x\n"A-2" ; y',
            {"column": "1", "separator": "semicolon", "quotes": "no"},
            ["A-1", "A-2"],
        ),
        ("product_code,key\nP1,K1\nP2,K2", {}, ["K1", "K2"]),
        ("id,Key,email\n1,K1,a@example.org\n2,K2,b@example.org", {}, ["K1", "K2"]),
    ],
)
def test_what_is_said_is_done(text: str, how: dict[str, str], want: list[str]) -> None:
    assert [key for _, key in read(text, choices_of(how))] == want


def test_b02_a_key_of_several_lines_stays_one_and_lines_are_counted_as_in_an_editor() -> None:
    text = 'Key;Note\n"LINE-1\n\nLINE-2";a\nB-2;b\n;c\n"C-3 ";d\n'
    file = KeyFile.of_text(text)
    assert [(line, key, str(problem)) for line, key, problem in file.entries()] == [
        (2, "LINE-1\n\nLINE-2", ""),
        (5, "B-2", ""),
        (6, "", "There is no key on this line."),
        (7, "C-3", ""),
    ]
    assert read(text.replace("\n", "\r\n").encode())[0] == (2, "LINE-1\n\nLINE-2")
    assert (file.survey.keys, file.survey.refused, file.survey.of_lines) == (3, 1, 1)


def test_b02_blocks_that_mark_their_ends_are_one_key() -> None:
    block = '-----BEGIN LICENSE-----\nName: "Ada"\nAb9=\n-----END LICENSE-----'
    assert read(f"{block}\n{block.replace('9', '8')}\nPLAIN-1") == [
        (1, block), (5, block.replace("9", "8")), (9, "PLAIN-1"),
    ]  # fmt: skip
    with_quotes = block.replace('"', '""')
    assert read(f'Key\n"{with_quotes}"\nA-1') == [(2, block), (6, "A-1")]


def test_b05_quoted_keys_without_a_heading_lose_their_quotes() -> None:
    assert read('"QUO-1"\n"QUO-2"\nQUO-3\n"QUO""4"') == [
        (1, "QUO-1"), (2, "QUO-2"), (3, "QUO-3"), (4, 'QUO"4'),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "spelled",
    [
        "AB\u200bCD-1", "\ufeffABCD-1", "ABCD\u00ad-1", "ABCD-1\u200e", "AB\u2060CD-1", "ABCD\u20111",
        "\u00a0ABCD-1\u00a0", "A\u034fBCD-1", "ABCD\u20101", "ABCD-1\ufe0f", "AB\u200dCD-1",
        "\u202eABCD-1\u202c",
    ],
)  # fmt: skip
def test_b06_signs_that_nobody_sees_make_no_second_key(spelled: str) -> None:
    assert read(f"{spelled}\nX-2")[0] == (1, "ABCD-1")


@pytest.mark.parametrize("mark", ["{}. ", "{}) ", " {}: ", "#{}. "])
@pytest.mark.parametrize("heading", ["", "Serial number\n"])
def test_numbers_of_a_list_are_no_part_of_its_keys(mark: str, heading: str) -> None:
    text = heading + "\n".join(mark.format(number) + key for number, key in enumerate([*KEYS, "A 1. B"], 9))
    assert [key for _, key in read(text)] == [*KEYS, "A 1. B"]
    assert not KeyFile.of_text(text).is_plain  # so the preview is shown
    for kept in ("1. A-1\n2. A-2", "1. A-1\n3. A-2\n4. A-3", "1. A-1\n2. A-2\nA-3", "1.5\n2.5\n3.5"):
        assert [key for _, key in read(kept)] == kept.split("\n")


@pytest.mark.parametrize("number", ["1.23457E+15", "1E+15", "9.9E+307"])
def test_numbers_that_a_spreadsheet_has_shortened_are_not_sold(number: str) -> None:
    assert read(f"{number}\nE1-23457E+15\n12E+15\n") == [(2, "E1-23457E+15"), (3, "12E+15")]


@pytest.mark.parametrize(
    "data",
    [
        '[{"key": "A-1"}, {"key": "A-2"}]', '\n[\n  "A-1",\n  "A-2"\n]', "<!DOCTYPE html><p>A-1</p>",
        "<table><tr><td>A-1</td></tr></table>", "<html xmlns:x='urn:x'>\n<td>A-1", "\ufeff <META charset=x>",
    ],
)  # fmt: skip
def test_data_for_programs_is_no_list(data: str) -> None:
    for sent in (data, data.encode()):
        with pytest.raises(ValidationError, match="Save the list as CSV"):
            read(sent)
    assert read('{"licence": "A1"}\n') and read("[A-1]\n[A-2]\n") and read("<licence>A1</licence>\n")


@pytest.mark.parametrize("data", [b"AAAA\0BBBB-1\nCCCC-2", b"\0AAAA-1\n", b"AAAA-1\nBBBB-2\0\n"])
def test_zeros_among_letters_make_no_other_encoding(data: bytes) -> None:
    with pytest.raises(ValidationError, match="This file is no text"):
        read(data)


def test_blanks_inside_are_kept_and_made_plain() -> None:
    assert read("A\u00a0B  C-1\nA\u2003B-2\ncafe\u0301-3") == [(1, "A B  C-1"), (2, "A B-2"), (3, "café-3")]


def test_long_keys_are_whole() -> None:
    long = "A1+/" * 4_000
    assert read(f"key\n{long}\n{'x' * 20_000}1") == [(2, long)]


def test_a_file_that_is_no_list_is_refused() -> None:
    for data in (b"PK\x03\x04", b"%PDF-1.4", b"\xd0\xcf\x11\xe0", b"A\x00\x00B\x00C", b"\x1f\x8b\x08"):
        with pytest.raises(ValidationError):
            read(data)
    with pytest.raises(ValidationError, match="not written in UTF-8"):
        read("é-1".encode("cp1252"), Choices(encoding="utf-8"))
    for wrong in ({"separator": "dot"}, {"encoding": "rot13"}, {"column": "0"}, {"heading": "maybe"}):
        with pytest.raises(UnprocessableError):
            choices_of(wrong)
    for column in ("3", "Nothing"):
        with pytest.raises(UnprocessableError):
            read("Key,Note\nA-1,x", choices_of({"column": column}))


_KEY = st.text(
    st.sampled_from("ABCXYZabcxyz0123456789-_.:/+=#,;|\" \n{}()[]&%$!?äß日"), min_size=1, max_size=60
).map(lambda text: "K" + text.replace("\n ", "\n") + "9")  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    keys=st.lists(_KEY, min_size=1, max_size=20, unique=True),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ends=st.sampled_from(["\n", "\r\n"]),
    every=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    place=st.integers(0, 2),
)
def test_what_is_written_as_csv_is_read_back_exactly(
    keys: list[str], separator: str, encoding: str, ends: str, every: int, place: int
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator=ends, quoting=every)  # type: ignore[arg-type]
    for row in [["Key"], *([key] for key in keys)]:
        filler = "Note" if row == ["Key"] else "x"
        writer.writerow([filler] * place + row + [filler] * (2 - place))
    assert [key for _, key in read(out.getvalue().encode(encoding))] == keys


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore")))
)
def test_no_file_does_more_than_be_refused(data: bytes) -> None:
    file = KeyFile(lambda: (data,))
    try:
        list(file.entries())
        file.preview(5)
        assert file.survey.keys + file.survey.refused >= 0
    except AppError as error:
        assert error.status in (400, 422)
