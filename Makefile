# make run, make test: from a fresh checkout with Python 3.11 or newer alone. See docs/development.md.

PYTHON ?= $(shell for each in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
STATIC := marketplace/static
# npm asks for a home, and a user without a passwd row has none.
HOME := $(if $(HOME),$(HOME),$(CURDIR)/.venv)
export HOME
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP := $(BIN)/python -m pip install --quiet --no-input --require-hashes
# The machine's own npm where its Node is new enough, else the one in .venv.
NPM := PATH="$$PWD/.venv/bin:$$PATH" $(shell node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null \
	&& command -v npm || echo "$(CURDIR)/.venv/bin/npm")

.PHONY: run test lint bench gallery assets clean
.DELETE_ON_ERROR:

run: .venv/installed assets
	@exec $(BIN)/benchbridge serve --sample

# FULL=1: the longer figures too, and everything on the machine's own PostgreSQL as well as on the embedded one.
# STRICT=1: a test that could run here and was skipped is a failure.
test: .venv/installed-dev assets
	@.ci/packages $(if $(FULL),postgresql)
	@$(MAKE) --no-print-directory lint
	$(if $(FULL),.ci/with-postgresql $(BIN)/python -m pytest -n 2 -m "not browser" -q)
	@$(BIN)/python -m pytest -n 2 $(if $(FULL),--full) $(if $(STRICT),--no-skips)

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/installed-dev assets
	@$(BIN)/python -m bench

gallery: .venv/installed-dev assets
	@.ci/packages
	@$(BIN)/python -m tests.browser.gallery

assets: $(STATIC)/manifest.json

$(STATIC)/manifest.json: node_modules/installed vite.config.js $(shell find assets -type f)
	@echo "Building the assets"
	@$(NPM) run --silent build -- --logLevel error
	@touch $@

node_modules/installed: package.json package-lock.json .npmrc | .venv/bin/python
	@echo "Installing what builds the assets"
	@test -x "$$(command -v $(lastword $(NPM)))" || $(PIP) -r requirements-node.lock
	@$(NPM) ci --no-progress
	@touch $@

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing what the server needs"
	@$(PIP) -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-input --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	@echo "Installing what the tests need"
	@$(PIP) -r requirements-dev.lock
	@touch $@

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "On Debian: apt-get install python3-venv" >&2; exit 1; }

# The instance (database, uploads, secrets) and .venv stay: they are not ours to throw away in passing.
clean:
	rm -rf node_modules $(STATIC) gallery bench/results *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find marketplace tests bench migrations -name __pycache__ -type d -prune -exec rm -rf {} +
