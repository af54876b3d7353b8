# Everything a developer or CI runs. Works with GNU make 3.81 (macOS) and 4.

PYTHON ?= python3
VENV   ?= .venv
LOCK   ?= requirements.lock
# Terminals keep their height in LINES: it is neither taken from there nor handed on.
LINES  = 100000
unexport LINES
PEOPLE = 10000
SITE_LINES = 20000
SEED   = 2025
DAY    =
ARGS   =

BIN       := $(VENV)/bin
MAKEGOOD  := $(BIN)/makegood
PIP       := -m pip --disable-pip-version-check --quiet
PROGRAMME := programmes/kt-2025/programme.yaml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo site codes test test-spark lint format browser bench schema lock clean distclean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

# --- The environment ------------------------------------------------------------------------------

setup: $(VENV)/.project ## Make .venv from the hashed lock and install makegood into it, if anything changed

# Built anew when the lock changes, so that nothing stays behind that the lock does not name.
$(VENV)/.locked: $(LOCK)
	@$(call check_python)
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python $(PIP) install --require-hashes -r $(LOCK)
	@touch $@

# The build backend comes from the lock too; `pip check` says when pyproject.toml has outgrown it.
$(VENV)/.project: pyproject.toml $(VENV)/.locked
	$(BIN)/python $(PIP) install --no-deps --no-build-isolation --editable .
	@$(BIN)/python $(PIP) check || { echo 'The lock does not hold what pyproject.toml asks for: run "make lock".' >&2; exit 1; }
	@touch $@

lock: ## Solve pyproject.toml into the hashed locks (needs uv; UPGRADE=--upgrade takes newer versions)
	$(COMPILE) --extra dev --output-file requirements.lock
	$(COMPILE) --extra dev --extra spark --constraint requirements.lock --output-file requirements-spark.lock

COMPILE = uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command 'make lock' $(UPGRADE) pyproject.toml

# --- The work -------------------------------------------------------------------------------------

IN_DEMO = MAKEGOOD_HOME=demo/home
# Another day is another story, in a folder of its own beside the first.
SITE     = $(MAKEGOOD) demo $(PROGRAMME) --home demo/site$(addprefix -,$(DAY)) --lines $(SITE_LINES) \
	--seed $(SEED) $(addprefix --day ,$(DAY))

demo: setup ## Rehearse KT's 2025 programme with LINES=100000 synthetic lines, then serve all sites on it
	rm -rf demo && mkdir demo
	$(MAKEGOOD) check $(PROGRAMME)
	$(MAKEGOOD) population make $(PROGRAMME) --lines $(LINES) --seed $(SEED) --as-of 2026-01-13 --out demo/population
	$(MAKEGOOD) decide $(PROGRAMME) --population demo/population --out demo/decisions
	$(MAKEGOOD) verify demo/decisions --sample 20000
	$(MAKEGOOD) report demo/decisions --out demo/report.html
	$(MAKEGOOD) contacts make --people $(PEOPLE) --seed $(SEED) --out demo/contacts.csv
	$(IN_DEMO) $(MAKEGOOD) contacts load demo/contacts.csv
	$(IN_DEMO) $(MAKEGOOD) audit checkpoint
	$(IN_DEMO) $(MAKEGOOD) audit verify
	$(MAKEGOOD) rehearse $(PROGRAMME) --lines $(LINES) --seed $(SEED) --faults some --report demo/rehearsal.html
	@echo 'What is due to whom: demo/report.html'
	@echo 'The programme, rehearsed to its last grant: demo/rehearsal.html'
	@if [ -t 0 ]; then $(SITE); else $(SITE) --prepare && echo 'All sites of this demo, until Ctrl-C: make site'; fi

site: setup ## Serve all sites of the demo, until Ctrl-C (DAY=2026-02-05 shows another day)
	$(SITE)

codes: setup ## Say who may sign in to the demo's sites, with the authenticators' codes of now
	@$(SITE) --codes

test: lint browser ## Lint, types, imports and all tests (ARGS='-k money' picks some)
	$(BIN)/pytest $(ARGS)

test-spark: ## The tests of the Spark engine, in .venv-spark (needs Java 17 or later)
	$(MAKE) setup VENV=.venv-spark LOCK=requirements-spark.lock
	.venv-spark/bin/pytest -n 0 tests/decisions/spark tests/rules/test_spark_agrees.py

lint: setup ## Style, format, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

# The tests that need a browser say so themselves where there is none.
browser:
	@for name in chromium chromium-browser google-chrome; do \
		if command -v $$name >/dev/null; then exit 0; fi; \
	done; \
	if $(can_apt); then \
		echo 'Installing chromium and fonts-noto-cjk for the browser tests.'; \
		$(call apt,chromium fonts-noto-cjk) >/dev/null || echo 'That failed; the browser tests will say so.' >&2; \
	else \
		echo 'No chromium here, so the browser tests will be skipped.' >&2; \
	fi

bench: setup .venv-bench/.project ## Measure against other engines, in an environment of its own
	.venv-bench/bin/python -m bench $(ARGS)

.venv-bench/.locked: bench/requirements.lock
	@$(call check_python)
	$(PYTHON) -m venv --clear .venv-bench
	.venv-bench/bin/python $(PIP) install --require-hashes -r bench/requirements.lock
	@touch $@

# The editable wheel is built where the build backend is: in the developer's environment.
.venv-bench/.project: pyproject.toml .venv-bench/.locked $(VENV)/.project
	rm -rf .venv-bench/wheel && mkdir .venv-bench/wheel
	$(BIN)/python -c "from hatchling.build import build_editable; build_editable('.venv-bench/wheel')"
	.venv-bench/bin/python $(PIP) install --no-deps --no-index --force-reinstall .venv-bench/wheel/*.whl
	@touch $@

schema: setup ## Write the JSON schema of a programme's file anew
	$(MAKEGOOD) schema --out programmes/programme.schema.json

clean: ## Remove the demo, built files and caches
	rm -rf demo build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -path './.venv*' -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

distclean: clean ## Remove the environments too
	rm -rf .venv*

# --- What the machine must have -------------------------------------------------------------------

can_apt = { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
apt     = { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(1) </dev/null; }

# Python 3.11 or newer with venv, which Debian packages apart.
define check_python
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'makegood needs Python 3.11 or newer, and $(PYTHON) is not: make setup PYTHON=python3.12' >&2; exit 1; }; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { $(can_apt) && $(call apt,python3-venv); } || { \
		echo '$(PYTHON) has no venv; on Debian or Ubuntu: apt-get install python3-venv' >&2; exit 1; }
endef
