"""The order of names in a language, as a text that every database sorts by its bytes.

A key has three levels (Unicode Technical Standard 10): letters without case and marks, then the name itself
so that e comes before é, then the language. Numbers are sorted by their size. The alphabets of languages in
which a marked letter has a place of its own are in _TAILORED; in all others, German included, it stands
with its plain letter.
"""

from __future__ import annotations

import re

from mtc.core.normalization import compose, fold_letters

LONGEST_KEY = 200
_PRIMARY = 120
_LEVEL = "\t"  # sorts before everything that may stand in a name
_EDITION = 3  # raised when what is kept with the keys, such as words to search by, is made another way
# { | } sort after z: a{ is a letter between a and b, {a the first letter after z.
_AFTER_Z_SWEDISH = {"å": "{a", "ä": "{b", "æ": "{b", "ö": "{c", "ø": "{c"}
_AFTER_Z_DANISH = {"æ": "{a", "ä": "{a", "ø": "{b", "ö": "{b", "å": "{c"}
_CZECH = {"ch": "h{", "č": "c{", "ř": "r{", "š": "s{", "ž": "z{"}
_CROATIAN = {"č": "c{", "ć": "c|", "đ": "d{", "š": "s{", "ž": "z{"}
_TURKISH = {"ç": "c{", "ğ": "g{", "ı": "h{", "ö": "o{", "ş": "s{", "ü": "u{"}
_TAILORED: dict[str, dict[str, str]] = {
    "sv": _AFTER_Z_SWEDISH,
    "fi": _AFTER_Z_SWEDISH,
    "da": _AFTER_Z_DANISH,
    "nb": _AFTER_Z_DANISH,
    "nn": _AFTER_Z_DANISH,
    "no": _AFTER_Z_DANISH,
    "is": {
        "á": "a{", "ð": "d{", "é": "e{", "í": "i{", "ó": "o{", "ú": "u{", "ý": "y{", "þ": "{a", "æ": "{b",
        "ö": "{c", "å": "{d",
    },
    "et": {"š": "s{", "z": "s|", "ž": "s}", "õ": "w{", "ä": "w|", "ö": "w}", "ü": "w~"},
    "pl": {
        "ą": "a{", "ć": "c{", "ę": "e{", "ł": "l{", "ń": "n{", "ó": "o{", "ś": "s{", "ź": "z{", "ż": "z|",
    },
    "cs": _CZECH,
    "sk": {**_CZECH, "ä": "a{", "ô": "o{"},
    "hr": _CROATIAN,
    "sl": _CROATIAN,
    "bs": _CROATIAN,
    "hu": {
        "cs": "c{", "gy": "g{", "ly": "l{", "ny": "n{", "ö": "o{", "ő": "o{", "sz": "s{", "ty": "t{",
        "ü": "u{", "ű": "u{", "zs": "z{",
    },
    "ro": {"ă": "a{", "â": "a|", "î": "i{", "ș": "s{", "ş": "s{", "ț": "t{", "ţ": "t{"},
    "es": {"ñ": "n{"},
    "gl": {"ñ": "n{"},
    "tr": _TURKISH,
    "az": {**_TURKISH, "ə": "e{"},
    "lt": {"č": "c{", "š": "s{", "ž": "z{", "y": "i{"},
    "lv": {"č": "c{", "ģ": "g{", "ķ": "k{", "ļ": "l{", "ņ": "n{", "š": "s{", "ž": "z{"},
    "vi": {"ă": "a{", "â": "a|", "đ": "d{", "ê": "e{", "ô": "o{", "ơ": "o|", "ư": "u{"},
    "eo": {"ĉ": "c{", "ĝ": "g{", "ĥ": "h{", "ĵ": "j{", "ŝ": "s{", "ŭ": "u{"},
}  # fmt: skip
_NUMBER = re.compile(r"\d+")
_BREAK = re.compile(r"[^\w{|}~]+|_+")
_KANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}  # katakana with hiragana


def language_of(locale: str) -> str:
    """The language of a locale, such as de of de-AT."""
    return locale.lower().replace("_", "-").partition("-")[0][:8]


def key_mark(language: str) -> str:
    """Return the end of a language's sort keys; a key with another end is made anew."""
    return f"{_LEVEL}{language}{_EDITION}"


def sort_key(text: str, locale: str = "en") -> str:
    """A text that sorts as this one does in the language, by code points; 200 characters at most."""
    language = language_of(locale)
    plain = compose(text[:400]).translate({ord(char): " " for char in "{|}~\t"})
    if language in ("tr", "az"):
        plain = plain.replace("I", "ı").replace("İ", "i")
    plain = plain.casefold()
    spelled = _tailored(plain, language)
    primary = _NUMBER.sub(_sized, _BREAK.sub(" ", fold_letters(spelled).translate(_KANA)).strip())
    tail = key_mark(language)
    key = f"{primary[:_PRIMARY]}{_LEVEL}{plain}" if primary else plain
    return key[: LONGEST_KEY - len(tail)] + tail


def _tailored(text: str, language: str) -> str:
    """The text with the letters that have a place of their own in the language; two letters go first."""
    table = _TAILORED.get(language, {})
    for letters, place in table.items():
        if len(letters) > 1:
            text = text.replace(letters, place)
    return text.translate({ord(letter): place for letter, place in table.items() if len(letter) == 1})


def _sized(match: re.Match[str]) -> str:
    """A number so that more digits sort behind fewer ones."""
    digits = "".join(str(int(char)) for char in match[0]).lstrip("0")[:60]
    return f"{len(digits):02}{digits}"
