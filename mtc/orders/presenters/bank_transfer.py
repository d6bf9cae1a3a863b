"""Data for paying an order by bank transfer: amount, account, reference, and a code to scan."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from mtc.core.bank_accounts import format_iban, format_reference, girocode_svg
from mtc.core.i18n import _
from mtc.core.local_time import day_text
from mtc.core.money import format_money, to_decimal
from mtc.orders.models import Order
from mtc.orders.presenters.read_models import TransferRow, TransferView

LARGEST_CODE = 99_999_999_999
"""The largest amount that a code to scan can hold, in cents."""


def transfer_view(order: Order, locale: str = "en") -> TransferView | None:
    """The instructions of an order that waits for a transfer, else None."""
    account = order.payment_data.get("transfer")
    if not account or order.status != "pending":
        return None
    iban, reference = str(account.get("iban") or ""), str(account["reference"])
    amount = format_money(order.total, order.currency, locale)
    rows = [
        (_("Amount"), amount, to_decimal(order.total, order.currency)),
        (_("Account holder"), account.get("holder"), ""),
        ("IBAN", format_iban(iban), iban),
        ("BIC", account.get("bic"), ""),
        (_("Bank"), account.get("bank"), None),
        (_("Account"), account.get("account"), ""),
        (_("Reference"), format_reference(reference), reference),
    ]
    until = order.expires_at
    return TransferView(
        rows=[
            TransferRow(label, value, value if copy == "" else copy) for label, value, copy in rows if value
        ],
        reference=reference,
        instructions=account.get("instructions") or "",
        until=day_text(until) if until else "",
        code=_code(order, account, iban, reference),
    )


def _code(order: Order, account: dict[str, Any], iban: str, reference: str) -> Markup | None:
    """The EPC QR code, which exists for euros and IBANs only."""
    if not iban or order.currency != "EUR" or not reference.startswith("RF") or order.total > LARGEST_CODE:
        return None
    svg = girocode_svg(account.get("holder") or "", iban, account.get("bic") or "", order.total, reference)
    return Markup(svg)  # noqa: S704 - made by segno from checked values
