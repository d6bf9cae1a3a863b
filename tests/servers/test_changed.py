"""Which tests `make test-changed` runs for a change."""

from pathlib import Path

import pytest

from tests.servers.changed import _git as git
from tests.servers.changed import changed, selected

FILES = {
    "mtc/orders/services/create.py": "",
    "tests/orders/test_create.py": "from mtc.orders.services.create import create_order",
    "tests/orders/shop.py": "from mtc.orders.services import create",
    "tests/delivery/test_links.py": "from tests.orders.shop import Shop",
    "tests/delivery/conftest.py": "",
    "tests/web/test_list_pages.py": "import mtc.web",
    "tests/architecture/test_size.py": "",
    "templates/admin/orders.html": "",
    "tests/admin/test_orders_listing.py": "",
    "plugins/order_guard/tests/test_guard.py": "",
    "docs/orders.md": "",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "edited", "near"),
    [
        ("mtc/orders/services/create.py", [], ["tests/delivery/test_links.py", "tests/orders"]),
        ("mtc/web/__init__.py", [], ["tests/web"]),
        ("tests/orders/test_create.py", ["tests/orders/test_create.py"], []),
        ("tests/orders/shop.py", [], ["tests/delivery/test_links.py"]),
        ("tests/delivery/conftest.py", [], ["tests/delivery"]),
        ("templates/admin/orders.html", [], ["tests/admin"]),
        ("plugins/order_guard/plugin.py", [], ["plugins/order_guard"]),
        ("docs/orders.md", [], []),
        ("tests/orders/test_removed.py", [], []),
    ],
)
def test_a_change_runs_its_folder_and_who_imports_it(
    project: Path, file: str, edited: list[str], near: list[str]
) -> None:
    assert selected([file], project) == (edited, sorted(["tests/architecture", *near]))


def test_committed_open_and_new_files_count_and_those_of_main_do_not(project: Path) -> None:
    def commit() -> None:
        git(project, "add", ".")
        git(project, "-c", "user.name=T", "-c", "user.email=t@mtc.example", "commit", "-m", "change")

    git(project, "init", "-b", "main")
    commit()
    git(project, "switch", "-c", "work")
    (project / "docs/orders.md").write_text("committed")
    commit()
    (project / "tests/orders/shop.py").write_text("open")
    (project / "tests/orders/new.py").write_text("new")
    assert changed(project) == ["docs/orders.md", "tests/orders/new.py", "tests/orders/shop.py"]
