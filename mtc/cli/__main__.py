"""`python -m mtc.cli`."""

import sys

from mtc.cli.group import main

if __name__ == "__main__":
    sys.exit(main(prog_name="mtc"))
