"""What the checkout reads from its form: values of their types, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from mtc.checkout.values import BuyerDetails
from mtc.core.errors import ValidationError
from mtc.storefront.checkout_form import read_buyer


def typed(**form: Any) -> BuyerDetails:
    return read_buyer(MultiDict(form))


def test_the_fields_become_values() -> None:
    found = typed(
        email=" Ada@Example.org ",
        name="Ada Lovelace",
        country=" DE ",
        payment_method="card",
        expected_total="2999",
        terms="on",
        consent="yes",
        quantity="-5",
    )
    assert found == BuyerDetails(
        email=" Ada@Example.org ",
        name="Ada Lovelace",
        country="DE",
        gateway="card",
        expected_total=2999,
        agreed=frozenset({"terms", "consent"}),
    )


def test_an_empty_form_says_nothing() -> None:
    assert typed() == typed(email="", consent="", terms="off", expected_total=" ") == BuyerDetails()


def test_unseen_characters_of_address_and_name_reach_the_service_that_refuses_them() -> None:
    found = typed(email="ad\u200ba@example.org", name="Ada\x00")
    assert (found.email, found.name) == ("ad\u200ba@example.org", "Ada\x00")


@pytest.mark.parametrize("total", ["-1", "1e3", "12.5", "٣", "9" * 17])
def test_a_total_that_is_no_amount_asks_to_load_the_page_again(total: str) -> None:
    with pytest.raises(ValidationError) as refused:
        typed(expected_total=total)
    assert refused.value.details == {"expected_total": ["Load the page again."]}
