"""The currencies of ISO 4217 with their decimal digits.

Source: ISO 4217, "List one: current currency and funds codes" of the maintenance agency (SIX Group), as
published in January 2025; "N.A." there is what has no minor unit.
"""

from __future__ import annotations

from mtc.core.errors import ValidationError
from mtc.core.i18n import _l

_LIST_ONE = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD
    CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD
    KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK
    NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
    STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST
    XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
_CODES = frozenset(_LIST_ONE.split())
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = {
    **dict.fromkeys(_NO_DIGITS.split(), 0),
    **dict.fromkeys(_THREE_DIGITS.split(), 3),
    "CLF": 4,
    "UYW": 4,
}
# Metals, units of account, and the codes for tests and for no currency: "N.A." in the column of digits.
_NOT_APPLICABLE = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX"
WITHOUT_MINOR_UNIT = frozenset(_NOT_APPLICABLE.split())


def digits_of(code: str) -> int:
    """Return how many decimal digits amounts of the currency have; 2 for a code that has left the list."""
    return _DIGITS.get(code, 2)


def check_currency(code: str) -> str:
    """The code, if prices can be given in it; raises ValidationError."""
    if code in WITHOUT_MINOR_UNIT:
        raise ValidationError(
            _l("%(code)s has no minor unit, so that no price can be given in it.", code=code)
        )
    if code not in _CODES:
        raise ValidationError(_l("Use a three-letter currency code of ISO 4217 such as EUR."))
    return code
