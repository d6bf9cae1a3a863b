"""What a unit of work changes, row by row, with secrets masked: the raw material of the audit log."""

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
