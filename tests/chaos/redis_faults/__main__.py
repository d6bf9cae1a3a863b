"""P11 at full size, as a command.

    python -m tests.chaos.redis_faults [seconds for each state, 15 by default]

Prints a table and ends with 1 when a promise is broken or a control is not: no 5xx, every key arrives, p95 at
most twice that of a healthy Redis, changes of content seen within a second by both processes, limits hold.
"""

from __future__ import annotations

import sys
from contextlib import suppress

from tests.chaos.redis_faults.trial import run

if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        outcome = run(float(sys.argv[1]) if sys.argv[1:] else 15)
        print("\n".join(outcome.lines()))
        sys.exit(1 if outcome.broken else 0)
