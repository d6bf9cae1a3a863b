"""`mtc serve`, `worker`, `migrate`, `demo`, `bench`; serving leaves the application to its children."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module

import click

from mtc import config as settings
from mtc.cli.group import error_line, lifecycle, main, not_in_production
from mtc.processes.process_group import Group
from mtc.server import Hooks
from mtc.server.parent import serve


@main.command("serve")
@click.option("--host", default=None, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port to listen on.")
def serve_command(host: str | None, port: int | None) -> None:
    """Serve stores and admin; the embedded profile also works its queue."""
    if port is not None:
        os.environ["MTC_PORT"] = str(port)
        if "MTC_PUBLIC_URL" not in os.environ:
            os.environ["MTC_PUBLIC_URL"] = f"http://localhost:{port}"
    if host is not None:
        os.environ["MTC_HOST"] = host
    config = settings.load()
    hooks = Hooks(
        create="mtc.lifecycle:create",
        prepare="mtc.lifecycle:prepare",
        start="mtc.lifecycle:start",
        ready="mtc.lifecycle:ready",
        stop="mtc.lifecycle:stop",
    )
    serve(hooks, host=config.host, port=config.port, workers=config.processes, threads=config.threads)


@main.command("worker")
def worker_command() -> None:
    """Work the queue of the server profile: RQ wakes it, the rows say what to do."""
    config = settings.load()
    if not config.redis_url:
        raise SystemExit(
            "mtc: `mtc worker` needs MTC_REDIS_URL; without Redis the web processes do the work."
        )
    sys.exit(Group(_work, config.worker_processes).run())


def _work(ready: Callable[[], None]) -> None:
    """Be a worker process."""
    try:
        import_module("mtc.worker").run(ready)
    except Exception as error:
        raise SystemExit(error_line(error)) from None


@main.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest revision, synchronise the system's pages and register plugins."""
    app = lifecycle()
    app.migrate_database(app.flask_app())
    with app.flask_app().app_context():
        import_module("mtc.pages.services.manifest_sync").sync_all()
        import_module("mtc.plugins.services").sync_plugins()
    click.echo("The database is up to date.")


@main.command("demo")
@click.option("--reset", is_flag=True, help="Delete the embedded profile first and start over.")
@click.option(
    "--orders",
    default=100,
    show_default=True,
    type=click.IntRange(0, 10_000),
    help="Past orders of each store.",
)
def demo_command(reset: bool, orders: int) -> None:
    """Load the three demo stores."""
    not_in_production("demo")
    import_module("mtc.demo.commands").demo(reset=reset, orders=orders)


@main.command("bench")
@click.option("--rounds", default=5, help="Interleaved rounds; the medians are printed.")
@click.option("--products", default=0, help="Also fill a tenant with so many products and time its queries.")
@click.option("--var", default="", help="Embedded profile with the demo to measure, instead of a fresh one.")
@click.option("--database", default="", help="A PostgreSQL with data, as mtc_app: the price of RLS.")
def bench_command(rounds: int, products: int, var: str, database: str) -> None:
    """Measure pages against a bare WSGI app, a bare Flask route and a floor app."""
    not_in_production("bench")
    import_module("mtc.bench").run(rounds, products, var, database)
