"""Lists of keys as people paste them: bullets, labels, other headings, licences of many lines."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest

from mtc.catalog.services.stock_files import Choices, KeyFile, choices_of
from mtc.catalog.services.stock_files.blocks import LONGEST_BLOCK
from mtc.catalog.services.stock_files.headings import strength
from mtc.core.errors import ValidationError
from tests.catalog.test_key_files import KEYS, open_questions, read


def keys(text: str | bytes, **how: str) -> list[str]:
    return [key for _, key in read(text, choices_of(how) if how else None)]


@pytest.mark.parametrize(
    "heading",
    [
        "Termékkulcs", "Licenckulcs", "Лицензионен ключ", "Ліцензійний ключ", "Licenční klíč",
        "Licenčný kľúč", "Cheie de licență", "Kode aktivasi", "Kunci lisensi", "Ürün anahtarı",
        "Litsentsivõti", "Ključ", "Serijski broj", "Licenčni ključ", "Aktivizācijas kods", "Raktas",
        "Khóa sản phẩm", "مفتاح المنتج", "인증키", "兌換碼",
    ],
)  # fmt: skip
def test_headings_of_more_languages_are_known(heading: str) -> None:
    assert strength(heading) > 0
    letters = ["ABCDE", "FGHIJ", "KLMNO"]
    assert keys("\n".join([heading, *letters])) == letters
    assert keys("\n".join(f"{key};Game" for key in [heading, *letters])) == letters


@pytest.mark.parametrize(
    "heading", ["Key 1", "Key1", "Licence_Key_1", "Windows 11 Pro Key", "Serial number 2"]
)
def test_a_heading_with_a_number_is_asked_about(heading: str) -> None:
    text = "\n".join([heading, *KEYS])
    assert open_questions(text) == {"heading"}
    assert keys(text, heading="yes") == KEYS
    assert keys(text, heading="no") == [heading, *KEYS]
    numbered = [f"{heading}-{number}" for number in range(10, 14)]
    assert keys("\n".join(numbered)) == numbered  # all lines are like that: these are the keys


@pytest.mark.parametrize(
    ("first", "below"),
    [
        ("Wachtwoord", ["ABCDE", "FGHIJ"]), ("คีย์", ["ABCDE", "FGHIJKL"]), ("For May", ["ABCDE", "FGHIJKL"]),
        ("Licenses", ["ABCDE", "FGH12"]), ("Exported 2026-01-31", KEYS), ("VOUCHERX", ["ABCDE", "FGHIJ"]),
    ],
)  # fmt: skip
def test_a_first_line_unlike_the_others_is_asked_about(first: str, below: list[str]) -> None:
    text = "\n".join([first, *below])
    if not strength(first):
        assert open_questions(text) == {"heading"}
    assert keys(text, heading="yes") == below
    assert keys(text, heading="no") == [first, *below]


@pytest.mark.parametrize(
    "text", ["ABCDE", "ABCDE\nFGHIJK", "ABCDE\nFGHIJ\nKLMNO", "AB 12\nCD 34\nEF56", "x\nY-1\nZ-2"]
)
def test_lines_of_one_shape_are_not_asked_about(text: str) -> None:
    assert open_questions(text) == set()


@pytest.mark.parametrize(
    "mark", ["• ", "- ", "* ", "– ", "▪  ", "✓ ", "+ ", "'", "Key: ", "License key:  ", "Code = "]
)
@pytest.mark.parametrize("heading", ["", "Serial number\n"])
def test_bullets_and_labels_are_no_part_of_the_keys(mark: str, heading: str) -> None:
    assert keys(heading + "\n".join(f"{mark}{key}" for key in KEYS)) == KEYS
    mixed = [f"{mark}{KEYS[0]}", *KEYS[1:]]
    assert keys("\n".join(mixed), heading="no", separator="none") == [one.strip() for one in mixed]


@pytest.mark.parametrize("kept", ["-A1\n-B2", "A: 1\nA: 2", "'A1'B\n'A2'B", "Key:A1\nKey:A2", "* A1"])
def test_what_may_belong_to_a_key_stays(kept: str) -> None:
    assert keys(kept) == kept.split("\n")


@pytest.mark.parametrize("mark", ["~", "^", ":", "，", "；", "、", "؛"])
def test_separators_that_are_not_known_are_asked_about(mark: str) -> None:
    text = f"Key{mark}Game\nA-1{mark}x\nB-2{mark}y"
    assert open_questions(text) == {"separator"}
    assert keys(text, separator="none") == [f"A-1{mark}x", f"B-2{mark}y"]
    assert open_questions(f"Your key:\nA{mark}1\nB{mark}2") == set()
    assert open_questions(f"Key\nA{mark}1\nB{mark}2") == set()


@pytest.mark.parametrize("rule", ["---", "=====", "* * *", "____", "…", "-|-"])
def test_lines_without_a_letter_or_digit_are_no_keys(rule: str) -> None:
    assert keys(f"A-1\n{rule}\nB-2", separator="none") == ["A-1", "B-2"]


def test_tables_of_markdown_are_read() -> None:
    assert keys("| Key | Game |\n|---|---|\n| A-1 | x |\n| B-2 | y |") == ["A-1", "B-2"]
    assert keys("`A-1`\n`B-2`") == ["A-1", "B-2"]


BLOCKS = {
    "spaced": "----- BEGIN LICENSE -----\nAda\nEA7E-81\n------ END LICENSE ------",
    "equals": "====== License begin ======\nAda\nEA7E-81\n====== License end ======",
    "hashes": "### START KEY ###\nEA7E-81\n### END KEY ###",
    "no name": "-----BEGIN-----\nEA7E-81\n-----END-----",
    "xml": '<license id="7">\n  <name>Ada, "A"</name>\n  <key>EA7E</key>\n</license>',
    "declared": '<?xml version="1.0" encoding="utf-8"?>\n<License>\n  <key>EA7E</key>\n</License>',
    "object": '{\n  "name": "Ada",\n  "more": {\n    "a": 1\n  }\n}',
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=list(BLOCKS))
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_b02_licences_of_several_lines_are_one_key_each(block: str, ends: str) -> None:
    other = block.replace("EA7E", "FB8F").replace("Ada", "Bob")
    text = f"{block}\n{other}\nPLAIN-1\n".replace("\n", ends)
    size = block.count("\n") + 1
    assert read(text.encode()) == [(1, block), (1 + size, other), (1 + 2 * size, "PLAIN-1")]


@pytest.mark.parametrize(
    "text",
    [
        "<license>\nA-1\nB-2",
        "{\nA-1\nB-2",
        '<?xml version="1.0"?>\nA-1\nB-2',
        "---BEGIN-1\nA-1\nB-2",
        "<b/>\nA-1\nB-2",
    ],
)
def test_a_block_without_an_end_is_lines(text: str) -> None:
    assert keys(text, heading="no")[-2:] == ["A-1", "B-2"]
    long = "\n".join(f"A-{number}" for number in range(LONGEST_BLOCK + 50))
    assert len(keys(f"{text}\n{long}", heading="no")) > LONGEST_BLOCK


@pytest.mark.parametrize(
    "data",
    [
        b"{\\rtf1\\ansi A-1\\par B-2}",
        b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook>A-1</Workbook>',
        b"<?xml version='1.0'?><office:document>A-1</office:document>",
        b"<table>\n<td>A-1</td>\n</table>",
    ],
)  # fmt: skip
def test_documents_of_other_programs_are_refused(data: bytes) -> None:
    with pytest.raises(ValidationError, match="Save the list as CSV"):
        read(data)


def test_a_question_about_the_heading_is_answered_for_files_too() -> None:
    data = "\n".join(["Key 1", *KEYS]).encode("utf-16")
    assert open_questions(data) == {"heading"}
    assert [key for _, key in read(data, Choices(heading=True))] == KEYS


def test_a_hundred_thousand_lines_need_little_memory() -> None:
    """Read twice, for the preview and for its keys: neither the bytes nor the keys are ever held together."""

    def pieces() -> Iterator[bytes]:
        yield b"Key;Note\r\n"
        for start in range(0, 100_000, 1000):
            yield b"".join(b"KEY-%08d-ABCDEFGH;x\r\n" % number for number in range(start, start + 1000))

    file = KeyFile(pieces)
    tracemalloc.start()
    try:
        assert (file.layout.column, file.questions, file.survey.keys) == (0, {}, 100_000)
        assert sum(1 for entry in file.entries() if entry.key) == 100_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
