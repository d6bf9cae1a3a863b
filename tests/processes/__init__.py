"""The processes that a parent watches."""
