"""Record of the rows that a unit of work changes, with secrets masked, for the audit log."""

from mtc.core.change_tracking.recorder import ChangeRecorder, watch_changes, watching
from mtc.core.change_tracking.serialize import MASK, Change, collapsed, label_column, table_of

__all__ = [
    "MASK",
    "Change",
    "ChangeRecorder",
    "collapsed",
    "label_column",
    "table_of",
    "watch_changes",
    "watching",
]
