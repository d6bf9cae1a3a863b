"""Processes that a parent starts, watches and replaces: of `mtc serve` and of `mtc worker`."""
