"""`mtc serve`: granian's processes, and the gateway between its event loop and the WSGI application."""

from mtc.server.hooks import Hooks, StartError, resolve

__all__ = ["Hooks", "StartError", "resolve"]
