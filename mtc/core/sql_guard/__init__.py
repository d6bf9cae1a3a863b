"""The statement guard: below the ORM, every tenant table in every statement names the scope's tenant."""

from mtc.core.sql_guard.check import check_statement

__all__ = ["check_statement"]
