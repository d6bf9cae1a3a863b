"""The outbox: emails of a tenant, written with the event that causes them and sent by a task."""
