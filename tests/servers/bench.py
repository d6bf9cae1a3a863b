"""`make bench`: what `mtc bench` measures, with a PostgreSQL for the price of row-level security."""

import subprocess
import sys
import tempfile
from pathlib import Path

from sqlalchemy import create_engine

from tests.plans.data import fill
from tests.servers.database import make_postgres_database, migrated_app
from tests.servers.postgres import start_postgres
from tests.servers.process import ServiceError


def main(arguments: list[str]) -> int:
    """Fill a throw-away database, measure, and return what `mtc bench` returns."""
    try:
        server = start_postgres()
    except ServiceError as error:
        print(error)
        return 1
    try:
        database = make_postgres_database(server, "bench")
        with tempfile.TemporaryDirectory() as folder:
            migrated_app(Path(folder), database)
        engine = create_engine(database.admin_url)
        with engine.connect() as connection:
            fill(connection)
        engine.dispose()
        command = [sys.executable, "-m", "mtc.cli", "bench", "--database", database.app_url, *arguments]
        return subprocess.run(command, check=False).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
