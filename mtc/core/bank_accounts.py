"""Bank accounts and references: IBAN (ISO 13616), BIC (ISO 9362), RF references (ISO 11649), GiroCode."""

from __future__ import annotations

import io
import re
from decimal import Decimal

from segno import helpers

MAX_NAME = 70
"""The longest account holder that a SEPA transfer carries."""

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_NOT_ALNUM = re.compile(r"[^A-Z0-9]")
# From SWIFT's IBAN registry: how long the numbers of each country are.
_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25,
    "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25,
    "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip


def _mod_97(text: str) -> int:
    """The remainder of ISO 7064 MOD 97-10: letters count as 10 to 35, the first four signs come last."""
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97


def parse_iban(text: str) -> str | None:
    """The IBAN without spaces when its length and its check digits are right, else None."""
    iban = "".join(text.split()).upper()
    if not _IBAN.fullmatch(iban) or len(iban) != _LENGTHS.get(iban[:2], len(iban)):
        return None
    return iban if _mod_97(iban) == 1 else None


def format_iban(iban: str) -> str:
    """The IBAN in groups of four, as people read it."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def parse_bic(text: str) -> str | None:
    """The BIC without spaces when it has the form of one, else None."""
    bic = "".join(text.split()).upper()
    return bic if _BIC.fullmatch(bic) else None


def make_reference(text: str) -> str:
    """The RF creditor reference of a text of up to 21 letters and digits; all else in it is left out."""
    core = _NOT_ALNUM.sub("", text.upper())[:21]
    return f"RF{98 - _mod_97(f'RF00{core}'):02d}{core}"


def parse_reference(text: str) -> str | None:
    """The RF reference without spaces when its check digits are right, else None."""
    reference = "".join(text.split()).upper()
    valid = re.fullmatch(r"RF[0-9]{2}[A-Z0-9]{1,21}", reference) and _mod_97(reference) == 1
    return reference if valid else None


def format_reference(reference: str) -> str:
    """The RF reference in groups of four, as people read it; any other text as it is."""
    return format_iban(reference) if parse_reference(reference) else reference


def girocode_svg(name: str, iban: str, bic: str, cents: int, reference: str) -> str:
    """The EPC QR code (EPC069-12) of a transfer in euros as inline SVG without any style."""
    out = io.BytesIO()
    amount = Decimal(cents) / 100
    code = helpers.make_epc_qr(
        name[:MAX_NAME], iban, amount, reference=reference, bic=bic or None, encoding="utf-8"
    )
    code.save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=4, svgclass="qr", lineclass=None,
        dark="#000", light="#fff", nl=False,
    )  # fmt: skip
    return out.getvalue().decode()
