"""What a unit of work changes, row by row, with secrets masked: the raw material of the audit log."""

from mtc.core.changes.plain import MASK, Change, collapsed, label_column, table_of
from mtc.core.changes.watch import Watch, watch_changes, watching

__all__ = ["MASK", "Change", "Watch", "collapsed", "label_column", "table_of", "watch_changes", "watching"]
