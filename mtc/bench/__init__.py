"""`make bench`: MTC against a bare WSGI app, a bare Flask route and a floor app on the same server."""

from mtc.bench.run import run

__all__ = ["run"]
