"""Writing events down. Events are emitted by `mtc.core.events.emit`."""

from mtc.events.services.outbox import write_events

__all__ = ["write_events"]
