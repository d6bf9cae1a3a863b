"""A plugin with a job, a task and commands, as docs/plugins/jobs.md has it, to be written into a folder."""

from __future__ import annotations

from typing import Any

CODE = '''"""Points: counted each night, sent to a partner, counted anew by hand."""

import click

from mtc.sdk import PluginContext
from mtc.sdk.commands import command
from mtc.sdk.tasks import job, plugin_task


@job
def expire(ctx: PluginContext) -> None:
    """Let a task tell the partner, once for each day."""
    day = ctx.clock.local().date().isoformat()
    ctx.state.increment("nights")
    ctx.queue.later("sync", {"day": day}, delay=60, key=f"sync {day}")


@plugin_task("sync")
def sync(ctx: PluginContext, payload: dict) -> None:
    """Tell the partner; what fails is tried again."""
    url = "https://partner.example/points"
    ctx.http.json("PUT", url, {"day": payload["day"], "nights": ctx.state.get("nights").number})


@command("recount")
@click.argument("nights", type=int)
def recount(ctx: PluginContext, nights: int) -> None:
    """Set the number of nights."""
    counted = ctx.state.get("nights")
    ctx.state.increment("nights", nights - (counted.number if counted else 0))
    click.echo(f"{nights} nights are counted.")
'''
MANIFEST: dict[str, Any] = {
    "hooks": [],
    "trust": None,
    "hosts": ["partner.example"],
    "jobs": [{"name": "expire", "cron": "15 3 * * *", "zone": "store", "timeout": 120}],
    "tasks": [{"name": "sync", "attempts": 5, "timeout": 30}],
    "commands": ["recount"],
}
PARTNER = "https://partner.example/points"
