"""A provider with books of its own, which can be told what goes wrong between its books and its answer."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from mtc.payments.types.base import RefundRequest
from mtc.payments.types.test import TestGateway


class Killed(BaseException):
    """The process has ended at this very point: nothing catches it, nothing is tidied up."""


class Bookkeeper(TestGateway):
    """Books a refund once per idempotency key; then does what is next in `plan`, which may raise."""

    __test__ = False

    def __init__(self, *, forgetful: bool = False) -> None:
        self.paid_back: dict[UUID, int] = {}
        self.asked: list[UUID] = []
        self.plan: list[Callable[[], object]] = []
        self._forgetful = forgetful

    def refund(self, giveback: RefundRequest) -> str:
        """The provider's name of the refund."""
        key = uuid4() if self._forgetful else giveback.refund_id
        self.asked.append(giveback.refund_id)
        self.paid_back.setdefault(key, giveback.amount)
        if self.plan:
            self.plan.pop(0)()
        return f"prov_{giveback.refund_id.hex}"


def fails(error: BaseException) -> Callable[[], object]:
    """A step of a plan."""

    def step() -> object:
        raise error

    return step
