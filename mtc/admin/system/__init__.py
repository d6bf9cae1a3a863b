"""Failed tasks and the audit log."""
