#!/bin/sh
# The command `mtc`, run from the source tree that this environment belongs to.
tree=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
PYTHONPATH="$tree${PYTHONPATH:+:$PYTHONPATH}" exec "$tree/.venv/bin/python" -m mtc.cli "$@"
