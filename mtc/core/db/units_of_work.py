"""Transactions: committed when the block ends, rolled back when it raises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from mtc.core.db.scopes import require_scope
from mtc.core.db.sessions import running_session


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One transaction: committed when the block ends, rolled back when it raises."""
    scope = require_scope()
    work = running_session()
    try:
        yield work
        finish_work()
        work.commit()
    except BaseException:
        rollback()
        raise
    callbacks, scope.after_commit = scope.after_commit, []
    for callback in callbacks:
        callback()


def finish_work() -> None:
    """Do what was put off to the end of the transaction, and what that puts off in turn."""
    put_off = require_scope().before_commit
    while put_off:
        put_off.pop(0)()


def rollback() -> None:
    """Undo what the running unit of work has written so far, and what it wanted to do at its commit."""
    running_session().rollback()
    scope = require_scope()
    scope.before_commit.clear()
    scope.after_commit.clear()


@contextmanager
def savepoint() -> Iterator[None]:
    """A savepoint: when the block raises, only what it wrote is undone and the transaction goes on."""
    work, put_off = running_session(), require_scope().before_commit
    earlier = len(put_off)
    try:
        with work.begin_nested():
            yield
    except BaseException:
        del put_off[earlier:]
        # What was read in the block may stand as the block had changed it.
        work.expire_all()
        raise


def commit_batch() -> None:
    """Commit in the middle of a long job and go on in a new transaction."""
    finish_work()
    running_session().commit()


def end_transaction() -> None:
    """End the transaction before a stream is sent, so that it holds no connection."""
    running_session().close()


def before_commit(callback: Callable[[], object]) -> None:
    """Call back at the end of the running transaction; dropped with it, or with the `savepoint` around."""
    require_scope().before_commit.append(callback)


def after_commit(callback: Callable[[], object]) -> None:
    """Call back once the running unit of work has committed; dropped when it rolls back."""
    require_scope().after_commit.append(callback)
