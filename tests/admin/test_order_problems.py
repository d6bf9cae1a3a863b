"""Why a delivery, a mail or a task failed is shown to staff in their language, not as it is written down."""

from __future__ import annotations

from mtc.admin.emails.listing import _problem as problem_of_mail
from mtc.admin.orders.presenter import _delivery
from mtc.admin.system.tasks import _problem as problem_of_task
from mtc.core.i18n import use_locale
from mtc.delivery.models import Delivery
from mtc.emails.services.outbox import NO_USE
from mtc.orders.models import OrderItem


def test_why_a_delivery_failed_is_told_in_the_language_of_the_reader() -> None:
    failed = Delivery(status="failed", delivery_data={}, error_log=[{"error": "Your server answered 500."}])
    with use_locale("de"):
        assert _delivery(failed, OrderItem())["problem"] == "Ihr Server hat 500 geantwortet."
    assert _delivery(failed, OrderItem())["problem"] == "Your server answered 500."


def test_why_a_mail_failed_is_told_with_what_becomes_of_it() -> None:
    error = f"Your server answered 500. {NO_USE.source}"
    with use_locale("de"):
        assert problem_of_mail(error) == f"Ihr Server hat 500 geantwortet. {NO_USE}"
        assert str(NO_USE) != NO_USE.source
        assert problem_of_mail("550 <b>no</b>") == "550 <b>no</b>"
    assert problem_of_mail(error) == error


def test_why_a_task_failed_keeps_the_kind_of_the_error() -> None:
    with use_locale("de"):
        assert problem_of_task("GiveUpError: Your server answered 500.") == (
            "GiveUpError: Ihr Server hat 500 geantwortet."
        )
        assert problem_of_task("No route") == "No route"
