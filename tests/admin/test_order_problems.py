"""Why a delivery failed is shown to staff in their language; it is written down in English."""

from __future__ import annotations

from mtc.admin.orders.presenter import _delivery
from mtc.core.i18n import use_locale
from mtc.delivery.models import Delivery
from mtc.orders.models import OrderItem


def test_why_a_delivery_failed_is_told_in_the_language_of_the_reader() -> None:
    failed = Delivery(status="failed", delivery_data={}, error_log=[{"error": "Your server answered 500."}])
    with use_locale("de"):
        assert _delivery(failed, OrderItem())["problem"] == "Ihr Server hat 500 geantwortet."
    assert _delivery(failed, OrderItem())["problem"] == "Your server answered 500."
