"""The built-in test provider: it behaves like a hosted one and moves no money."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mtc.core import clock, crypto
from mtc.core.configured import CheckResult
from mtc.core.errors import UnauthorizedError
from mtc.core.i18n import Sentence, _l
from mtc.core.ids import token
from mtc.payments.types.base import (
    OrdinaryGateway,
    PaymentRedirect,
    PaymentRequest,
    RefundError,
    RefundRequest,
    WebhookEvent,
    gateways,
)
from mtc.payments.types.signatures import check, signature

KIND = "test"
HEADER = "MTC-Test-Signature"
PAGE = "payments.test.page"
PAGE_SECONDS = 24 * 3600


class TestGateway(OrdinaryGateway):
    """Pays, declines, cancels, notifies late or three times, as the person on its page wishes."""

    __test__ = False  # not for pytest to collect
    label: Sentence = _l("Test payments")
    explanation: Sentence = _l("Try the checkout with test cards. No money moves, and no figure counts it.")
    outside = False
    moves_money = False
    offered = 2
    settings: list[dict[str, Any]] = [
        {
            "name": "refunds",
            "type": "select",
            "label": _l("Refunds"),
            "options": [
                {"value": "succeed", "label": _l("It succeeds")},
                {"value": "fail", "label": _l("It fails")},
                {"value": "unreachable", "label": _l("There is no answer")},
            ],
            "help": _l("How the provider answers when it is asked for a refund."),
        }
    ]
    credentials: list[dict[str, Any]] = [
        {"name": "account", "type": "text", "label": _l("Account")},
        {"name": "secret", "type": "text", "label": _l("Signing secret")},
    ]

    def first_credentials(self) -> dict[str, str]:
        """An account of its own and a fresh secret."""
        return {"account": f"acct_{token(9)}", "secret": f"whsec_{token(24)}"}

    def check(self, settings: Mapping[str, Any]) -> CheckResult:
        """Return whether a notification that is signed with the secret is taken."""
        headers, body = signed({"id": "trial"}, str(settings.get("secret", "")))
        try:
            check(str(settings.get("secret", "")), body, headers, HEADER)
        except UnauthorizedError as error:
            return CheckResult(False, error.message)
        return CheckResult(True, _l("The test provider is ready."))

    def start(self, charge: PaymentRequest) -> PaymentRedirect:
        """A page of our own: the token names the payment and is signed."""
        page = crypto.sign({"payment": str(charge.payment_id)}, PAGE, PAGE_SECONDS)
        base = charge.notify_url.partition("/webhooks/")[0]
        return PaymentRedirect(
            redirect_url=f"{base}/pay/test/{page}",
            provider_ref=f"test_{token(12)}",
            data={"return_url": charge.return_url, "description": charge.description},
        )

    def verify(
        self,
        headers: Mapping[str, str],
        body: bytes,
        config: Mapping[str, Any],
        credentials: Mapping[str, str],
    ) -> WebhookEvent:
        """Check the signature over the exact bytes, then read them."""
        check(credentials.get("secret", ""), body, headers, HEADER)
        try:
            said = json.loads(body, object_pairs_hook=_once)
            return WebhookEvent(
                event_id=_text(said, "id", 200),
                kind=_text(said, "type", 80),
                provider_ref=_text(said, "payment", 200),
                account=_text(said, "account", 200),
                order_number=_text(said, "order", 200, ""),
                amount=_whole(said.get("amount", 0)),
                currency=_text(said, "currency", 200, ""),
                refund_id=_text(said, "refund", 200, ""),
                reason=_text(said, "reason", 10_000, "")[:300],
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise UnauthorizedError(_l("The notification cannot be read.")) from error

    def refund(self, giveback: RefundRequest) -> str:
        """Succeeds, or fails the way the settings say."""
        answer = giveback.config.get("refunds") or "succeed"
        if answer == "fail":
            raise RefundError(_l("The test provider refuses refunds."), permanent=True)
        if answer == "unreachable":
            raise RefundError(_l("The test provider cannot be reached."), permanent=False)
        return f"test_refund_{giveback.refund_id.hex}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are there once: of two, nobody knows which the provider meant."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice")
    return made


def _text(said: dict[str, Any], key: str, longest: int, default: str | None = None) -> str:
    """A text as it is: one cut short might be another's, and a number is not its digits."""
    value = said[key] if default is None else said.get(key, default)
    if not isinstance(value, str) or len(value) > longest or (default is None and not value):
        raise ValueError(f"{key} is no text of 1 to {longest} characters")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("an amount is a whole number")
    return value


def signed(said: dict[str, Any], secret: str) -> tuple[dict[str, str], bytes]:
    """Headers and body of a notification sent now."""
    body = json.dumps(said, separators=(",", ":"), sort_keys=True).encode()
    return {HEADER: signature(secret, body, int(clock.now().timestamp()))}, body


gateways.register(KIND, TestGateway())
