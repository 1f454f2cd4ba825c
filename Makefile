# The two commands: `make run` and `make test`. Everything else: `make help`.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
# A stamp holds the checksum of its lock: an older environment is brought up to date, an
# unchanged one is left alone, whatever the files' dates say.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
export DO_NOT_TRACK := 1
export UV_NO_PROGRESS := 1
# axe-core, which the browser tests put into each page; its lock holds hashes, no address.
AXE := tests/browser/axe
AXE_STAMP := $(AXE)/node_modules/.package-lock.json

.PHONY: help setup run refresh dashboard test check fmt lint types sql unit integration browser axe faults docs bench lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: $(RUN_STAMP) ## Create the environment from the hashed lock
run: setup refresh dashboard ## Set up, make a release from the bundled data, open the dashboard (PORT=8501)

refresh: setup ## Make a release from the bundled data (nothing new: nothing done)
	@$(BIN)/observatoire refresh --offline

dashboard: setup ## Open the dashboard on http://127.0.0.1:$(PORT)
	@$(BIN)/observatoire serve --port $(PORT)

test: $(DEV_STAMP) axe ## The whole check: format, lint, types, SQL, unit, dbt, integration, faults, browser
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest tests

check: $(DEV_STAMP) lint types sql ## Static checks and the declarations of the bundled tables
	@$(BIN)/observatoire check

fmt: $(DEV_STAMP) ## Format Python and SQL
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix --quiet dbt_project/models dbt_project/tests

lint: $(DEV_STAMP) ## Formatting and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV_STAMP) ## Static types
	$(BIN)/mypy

sql: $(DEV_STAMP) ## SQL lint
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar dbt_project/models dbt_project/tests

unit: $(DEV_STAMP) ## Only the quick tests
	$(BIN)/python -m pytest tests -m "not integration and not browser and not faults"

integration: $(DEV_STAMP) ## Only the tests that build a release
	$(BIN)/python -m pytest tests -m integration

browser: $(DEV_STAMP) axe ## Only the tests in headless Chromium
	$(BIN)/python -m pytest tests -m browser

faults: $(DEV_STAMP) ## Only the tests that break files and kill processes
	$(BIN)/python -m pytest tests -m faults

bench: $(DEV_STAMP) ## Measure against floors taken in the same run; print ratios
	$(BIN)/python -m benchmarks

lock: $(DEV_STAMP) ## Write both locks anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --no-strip-extras --generate-hashes \
	  --no-emit-index-url --no-header --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --constraint requirements.lock --universal --no-strip-extras \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
	  --output-file requirements-dev.lock

clean: ## Remove what can be made again, published releases excepted
	rm -rf $(VENV) data/build dbt_project/target dbt_project/logs .pytest_cache .mypy_cache \
	  .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

# $(1): lock, $(2): stamp. The project itself is built by the locked setuptools, not by a download.
define install
	@if [ "$$(cat $(2) 2>/dev/null)" != "$$(sha256sum < $(1))" ]; then set -e; \
	  echo "installing from $(1), hashes checked (a few minutes the first time)"; \
	  $(PIP) install --quiet --require-hashes --requirement $(1); \
	  $(PIP) install --quiet --no-deps --no-build-isolation --editable .; \
	  sha256sum < $(1) > $(2); fi
endef

$(RUN_STAMP): $(BIN)/python requirements.lock FORCE
	$(call install,requirements.lock,$@)

$(DEV_STAMP): $(BIN)/python requirements-dev.lock FORCE
	$(call install,requirements-dev.lock,$@)

axe: $(AXE_STAMP) ## Install axe-core for the accessibility tests (needs npm; skipped without)

$(AXE_STAMP): $(AXE)/package-lock.json
	@if command -v npm >/dev/null; then \
	  npm ci --prefix $(AXE) --ignore-scripts --no-audit --no-fund --silent \
	    || echo "axe-core could not be fetched: its tests are skipped"; \
	else echo "npm is not installed: the tests that need axe-core are skipped"; fi

FORCE:
