"""The forms in which a statement can reach a table; each tries to get at rows of another tenant."""

from mtc.testing.statements import reads as _reads
from mtc.testing.statements import writes as _writes
from mtc.testing.statements.base import CORE, READS, WRITES, Form, Try

assert _reads and _writes  # imported for their registers
__all__ = ["CORE", "READS", "WRITES", "Form", "Try"]
