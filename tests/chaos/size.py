"""How much: what `make test` can afford, or, with CHAOS=full, what the promises are made for."""

from __future__ import annotations

import os

FULL = os.environ.get("CHAOS") == "full"
