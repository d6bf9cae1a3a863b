"""`python -m mtc.cli`."""

import sys

from mtc.cli.group import main
from mtc.processes.process_setup import collect_rarely

if __name__ == "__main__":
    collect_rarely()
    sys.exit(main(prog_name="mtc"))
