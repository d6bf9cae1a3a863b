"""Read models of orders for pages, mails and programs: typed, in words and addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from mtc.core.money import ShownAmount


@dataclass(frozen=True, slots=True)
class KeyActions:
    """Actions of a page on many keys at once: those of a `line`, or all of an order.

    Forms are sent to `reveal_url` (shows them), `txt_url` and `csv_url` (files) by POST, with `line`. `first`
    and `last` say which keys of the line are shown.
    """

    line: str
    count: int
    hidden: int
    reveal_url: str
    txt_url: str
    csv_url: str
    first: int = 0
    last: int = 0
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, slots=True)
class UnitView:
    """A key; its `value` is known to pages once it was revealed."""

    id: str
    masked: str
    revealed: bool
    value: str | None
    reveal_url: str


@dataclass(frozen=True, slots=True)
class FileView:
    """A file to download; `remaining` is None where it may be downloaded any number of times."""

    id: str
    name: str
    size: str
    url: str
    remaining: int | None
    left: str
    used: int
    max: int | None
    expires: str | None
    expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDetails:
    """Details of a line: its kind of delivery, the keys that are shown, its files and words."""

    kind: str = "manual"
    units: list[UnitView] = field(default_factory=list)
    files: list[FileView] = field(default_factory=list)
    key_actions: KeyActions | None = None
    how_to: str = ""
    promise: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class OrderLink:
    """An order as a line of a list of goods names it."""

    number: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView(LineDetails):
    """A line of an order with what hangs on it.

    `waiting` is said of it until it is delivered, `delay` where that is not at once; `order` names the order
    where lines of several are listed; mails have `keys`, at most so many of `all_keys`.
    """

    id: str
    name: str
    variant_name: str
    url: str
    quantity: int
    total: ShownAmount
    image: dict[str, Any]
    status: str
    refunded: bool
    trace: list[dict[str, Any]]
    waiting: str
    delay: str
    order: OrderLink | None = None
    keys: list[str] = field(default_factory=list)
    all_keys: int = 0


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row below the lines: the total and what leads to it."""

    label: str
    formatted: str


@dataclass(frozen=True, slots=True)
class StepView:
    """A step on the way of an order; `icon` and `tone` where it is not simply done."""

    label: str
    at: str | None
    done: bool
    icon: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class EventView:
    """An entry of the order's timeline for the merchant; `moment` is its time for programs."""

    name: str
    label: str
    text: str
    at: str | None
    moment: str
    by: str
    done: bool = True
    icon: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class WayToPay:
    """A way to pay as forms offer it; `later` says that the money is sent after ordering."""

    id: str
    label: str
    description: str
    icon: str
    later: bool


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A row of the instructions for a bank transfer: what is shown, and what banking apps take."""

    label: str
    value: str
    copy: str | None


@dataclass(frozen=True, slots=True)
class TransferView:
    """Data for paying by bank transfer; `code` is a picture that banking apps scan."""

    rows: list[TransferRow]
    reference: str
    instructions: str
    until: str
    code: Markup | None


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as its page and its mails show it.

    `pending` is True while a payment is under way; `payable` when the shopper may pay (again), by POST to
    `pay_url`; an `unpaid` one goes back into the cart by POST to `again_url`; `notice` says how the last
    attempt ended; `transfer` is how to pay by bank transfer; `test` says that no money moves. `locked` is
    for a browser that is not known: `code_sent`, `code_error` and `code_minutes` are about the code for it.
    """

    id: str
    number: str
    url: str
    status_url: str
    pay_url: str
    again_url: str
    code_url: str
    unlock_url: str
    status: str
    status_label: str
    created: str | None
    email: str
    locked: bool
    unpaid: bool
    pending: bool
    payable: bool
    test: bool
    notice: str
    lines: list[LineView]
    key_actions: KeyActions | None
    total: ShownAmount
    totals: list[TotalRow]
    timeline: list[StepView]
    transfer: TransferView | None
    transfer_late: bool
    consent: dict[str, Any]
    payment_methods: list[WayToPay] = field(default_factory=list)
    code_sent: bool = False
    code_error: str = ""
    code_minutes: int = 0


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as lists show it; `summary` names the first of its items."""

    id: str
    number: str
    url: str
    status: str
    status_label: str
    created: str | None
    email: str
    total: ShownAmount
    count: int
    test: bool
    summary: str
