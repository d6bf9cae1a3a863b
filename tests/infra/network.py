"""A network of one resolver and one connector that remember what they are asked."""

import socket

from mtc.infra.http import HttpClient

PUBLIC = "93.184.216.34"


class Network:
    """A resolver with the names given, and a connector that remembers and leads to one local port."""

    def __init__(self, names=None, port=None):
        self.names = names or {}
        self.port = port
        self.lookups, self.connects = [], []

    def resolve(self, host, port, timeout):
        self.lookups.append(host)
        found = self.names.get(host, [host])
        if isinstance(found, Exception):
            raise found
        return found(len(self.lookups)) if callable(found) else found

    def connect(self, address, port, timeout):
        self.connects.append((address, port))
        if self.port is None:
            raise OSError("nobody is to be called")
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def client(self, **options):
        return HttpClient(resolver=self.resolve, connector=self.connect, **options)
