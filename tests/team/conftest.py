"""People and tenants for the tests of the team: those of the admin's tests."""

from tests.admin.conftest import owner, person, rival, shop

__all__ = ["owner", "person", "rival", "shop"]
