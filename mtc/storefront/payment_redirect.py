"""Sending a shopper to where an order is paid."""

from __future__ import annotations

from contextlib import suppress

from flask import redirect
from werkzeug.wrappers import Response

from mtc.checkout.services.order_placement import Placed
from mtc.core.db import scope_tenant
from mtc.payments.services import ask_provider
from mtc.payments.types.base import StartError
from mtc.web.after_commit import after_writing


def to_provider(placed: Placed) -> Response:
    """Redirect to the page to pay on. A provider that has to be asked first is asked after the commit.

    Without an answer the shopper comes to the order's page, which says so and offers to try again.
    """
    response = redirect(placed.url, 303)
    starting = placed.starting
    if starting is not None:
        tenant_id = scope_tenant()

        def ask() -> None:
            with suppress(StartError):
                response.location = ask_provider(tenant_id, starting) or placed.url

        after_writing(ask)
    return response
