"""The merchant's own server delivers: a signed POST after Standard Webhooks 1.0.0."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from mtc.core import clock
from mtc.core.i18n import Sentence, _l
from mtc.delivery.types.base import DeliveryRequest, OrdinaryDelivery, Outcome, kinds
from mtc.infra import ports
from mtc.infra.http import HttpError
from mtc.infra.http.base import RefusedUrlError

LONGEST_MESSAGE = 2000


def signing_key(secret: str) -> bytes:
    """The bytes of a `whsec_` secret; one that is no base64 is used as it is written."""
    text = secret.removeprefix("whsec_")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return text.encode()


def signed_headers(message_id: str, body: bytes, secret: str) -> dict[str, str]:
    """webhook-id, webhook-timestamp and webhook-signature over `id.timestamp.body`."""
    seconds = str(int(clock.now().timestamp()))
    text = f"{message_id}.{seconds}.".encode() + body
    mark = base64.b64encode(hmac.new(signing_key(secret), text, hashlib.sha256).digest()).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{mark}",
    }


class WebhookDelivery(OrdinaryDelivery):
    """The server's answer of 2xx is the delivery; its JSON may carry a `message` for the shopper."""

    label: Sentence = _l("Your own server")
    needs_method = True
    outside = True
    settings: list[dict[str, Any]] = [
        {"name": "url", "type": "url", "label": _l("Address"), "required": True},
        {"name": "secret", "type": "secret", "label": _l("Signing secret"), "help": "whsec_ and base64."},
    ]

    def deliver(self, job: DeliveryRequest) -> Outcome:
        """Ask the server once; the message's id is the same over all attempts."""
        body = json.dumps(_message(job), separators=(",", ":")).encode()
        headers = signed_headers(f"dlv_{job.delivery.id.hex}", body, job.secrets.get("secret", ""))
        try:
            answer = ports.http.request("POST", str(job.config.get("url", "")), headers=headers, body=body)
        except RefusedUrlError as error:
            return Outcome(False, error=str(error))
        except HttpError as error:
            return Outcome(False, error=str(error), wait=True)
        if not 200 <= answer.status < 300:
            gone = answer.status == 410
            return Outcome(
                False, error=_l("Your server answered %(status)s.", status=answer.status), wait=not gone
            )
        return Outcome(True, _said(answer.body))


def _message(job: DeliveryRequest) -> dict[str, Any]:
    return {
        "type": "order.deliver",
        "timestamp": clock.now().isoformat(),
        "data": {
            "delivery_id": str(job.delivery.id),
            "order_number": job.order.order_number,
            "email": job.order.email,
            "country": job.order.country,
            "sku": job.item.sku,
            "title": job.item.title,
            "variant": job.item.variant_title,
            "options": job.item.snapshot.get("options") or {},
            "quantity": job.quantity,
        },
    }


def _said(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(body)["message"]
    except (ValueError, KeyError, TypeError):
        return {}
    return {"message": message[:LONGEST_MESSAGE]} if isinstance(message, str) else {}


kinds.register("webhook", WebhookDelivery())
