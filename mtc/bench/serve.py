"""`python -m mtc.bench.serve bare|flask_route|floor --port N`: an opponent on the server that MTC runs on."""

from __future__ import annotations

import argparse

from mtc import config as settings
from mtc.server import Hooks
from mtc.server.parent import serve


def main() -> None:
    """Serve with the processes and threads that `mtc serve` has by default."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("bare", "flask_route", "floor"))
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    usual = settings.Config()
    serve(
        Hooks(create=f"mtc.bench.baseline_app:{arguments.kind}"),
        port=arguments.port,
        workers=usual.processes,
        threads=usual.threads,
    )


if __name__ == "__main__":
    main()
