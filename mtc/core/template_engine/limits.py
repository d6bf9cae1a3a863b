"""Limits of a template, and the meter that every step of a render is charged to."""

from time import monotonic

from mtc.core.template_engine.errors import LimitProblem, Problem

MAX_SOURCE = 65_536  # characters of source
MAX_DEPTH = 60  # blocks and expressions inside each other
MAX_TEXT = 262_144  # characters of one value
MAX_LIST = 10_000  # items of one list
MAX_RANGE = 1_000  # items of range()
MAX_NUMBER = 10**15  # size of a computed number
MAX_RICH_TEXT = 65_536  # characters that the HTML cleaner takes
MAX_ARGUMENT = 1_000  # characters of a text that is an argument of a filter
MAX_VALUES = 200_000  # values in the data of one render
MAX_DATA_DEPTH = 50  # lists and dicts inside each other in the data

NODE = 10  # fuel for one step (a node of the template, an item of a list); one character costs 1
REFERENCE = 80  # fuel for one character reference of HTML that is read
DEFAULT_FUEL = 2_000_000  # about 200,000 steps or two million characters
TIME_CHECK = 5_000  # fuel between two looks at the clock


class Meter:
    """The tank of one render: fuel left, and the moment at which time is up."""

    __slots__ = ("deadline", "floor", "fuel", "html")

    def __init__(self, fuel: int, deadline: float | None, html: bool) -> None:
        self.fuel = fuel
        self.deadline = deadline
        self.html = html
        self.floor = 0
        self.check()

    def spend(self, amount: int) -> None:
        """Charge `amount` of fuel; call it before the work is done."""
        self.fuel -= amount
        if self.fuel < self.floor:
            self.check()

    def check(self) -> None:
        """Stop the render when the tank is empty or time is up; called when fuel falls below the floor."""
        if self.fuel < 0:
            raise LimitProblem("This template does too much work. Use fewer or shorter loops and texts.")
        if self.deadline is not None:
            if monotonic() >= self.deadline:
                raise LimitProblem("This template takes too long. Use fewer or shorter loops and texts.")
            self.floor = max(0, self.fuel - TIME_CHECK)

    def text(self, size: int) -> None:
        """Charge for a text of `size` characters that is about to be made."""
        if size > MAX_TEXT:
            raise LimitProblem(f"A text may have at most {MAX_TEXT:,} characters.")
        self.spend(size)

    def items(self, count: int) -> None:
        """Charge for a list of `count` items that is about to be made or walked."""
        if count > MAX_LIST:
            raise LimitProblem(f"A list may have at most {MAX_LIST:,} items.")
        self.spend(count * NODE)


def bounded(number: int | float) -> int | float:
    """Return a computed number, or refuse one that is too large or not a number at all."""
    if number != number:
        raise Problem("This calculation has no result.")
    if not -MAX_NUMBER <= number <= MAX_NUMBER:
        raise LimitProblem("A number grew too large.")
    return number
