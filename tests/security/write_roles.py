"""Write roles.json, the table of routes and roles: `.venv/bin/python -m tests.security.write_roles`."""

import logging
import tempfile
from pathlib import Path

from tests.factories.tenants import make_world
from tests.fakes.ports import fake_ports
from tests.security.fort import build, hire, sync_all
from tests.security.roles import GOLDEN, matrix, written
from tests.servers.database import sqlite_app

if __name__ == "__main__":
    logging.disable()  # thousands of refusals are what is asked for
    with tempfile.TemporaryDirectory() as folder:
        site = sqlite_app(Path(folder))
        with site.app_context():
            site.extensions["mtc.ports"] = fake_ports()
            sync_all()
            fort, rival = build(make_world("acme", "Acme")), build(make_world("rival", "Rival"))
            GOLDEN.write_text(written(matrix(site, hire(site, fort, rival), fort)))
