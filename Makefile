# Stage Access Lab. `make help` lists what can be made.
#
# Needs Python 3.11 or newer with venv, and make. Everything is installed into .venv, from hash-checked lock files:
# requirements.lock is what `stagesim` runs on, requirements-dev.lock is the same with the tools and Jupyter on top.

PYTHON ?= python3
UV ?= uv
WORKERS ?= 2
PYTEST_ARGS ?=
BENCH_ARGS ?=
LOCK_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := $(UV) pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
	--no-emit-index-url --no-emit-package stageaccess --custom-compile-command 'make lock' --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo setup setup-dev test lint types layers unit browser fuzz kills verify compiled test-compiled bench bench-peers docs docs-serve mutants notebooks lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup ## compare the three modes in the town hall, find what would turn the answer, and write a report
	@$(BIN)/stagesim compare scenarios/town_hall.yaml --tip

setup: $(VENV)/.runtime $(VENV)/.project ## install what a user needs
setup-dev: $(VENV)/.dev $(VENV)/.project ## install what a developer needs

test: lint types layers unit ## style, types, layers and all tests

lint: setup-dev ## style: ruff
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@echo 'ruff: no complaints'

types: setup-dev ## types: mypy --strict
	@$(BIN)/mypy

layers: setup-dev ## who imports whom: import-linter
	@$(BIN)/lint-imports --no-logo

unit: setup-dev ## the tests; PYTEST_ARGS='-k queue' picks some, WORKERS=4 is faster
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal --quiet $(PYTEST_ARGS)

browser: setup-dev ## install Chromium by apt-get, for the tests that look at pages; without one they are skipped
	@$(BIN)/python -m tests.tools.chromium

fuzz: setup-dev ## 50,000 inputs that nobody would write, half an hour; `make test` tries 1,000
	@$(BIN)/python -m tests.tools.fuzz 50000

kills: setup-dev ## kill a study at 100 random moments, and let the same command end it
	@$(BIN)/python -m tests.tools.kills 100

compiled: build/compiled/.done ## compile the hot modules (needs a C compiler); PYTHONPATH=build/compiled runs them

verify: setup-dev ## every state of two rooms of three people, with equal people exchanged and not
	@$(BIN)/python -m tests.tools.small_rooms

test-compiled: setup-dev compiled ## all tests on the compiled packages
	@PYTHONPATH='$(CURDIR)/build/compiled' $(BIN)/python -c 'from stageaccess import engine as it; \
		assert not it.__file__.endswith(".py"), "nothing compiled for this Python: `make clean`, and again"'
	@PYTHONPATH='$(CURDIR)/build/compiled' $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal --quiet $(PYTEST_ARGS)

bench: setup-dev ## how fast it is: engine, log, whole replications; BENCH_ARGS=--keep writes benchmarks/README.md
	@$(MAKE) --no-print-directory compiled || echo 'nothing was compiled: only pure Python is measured' >&2
	@$(BIN)/python benchmarks/run.py $(BENCH_ARGS)

bench-peers: setup-dev ## how it compares with other libraries
	@$(PIP) install --no-deps --require-hashes --requirement benchmarks/peers.lock || true
	@$(BIN)/python benchmarks/peers.py $(BENCH_ARGS)

mutants: setup-dev ## try every mutant anew, and record what kills it (a minute)
	@$(BIN)/stagesim mutate scenarios/conformance --format json > tests/laboratory/mutants.json

docs: setup-dev ## write the generated documents anew, and the site into build/site
	@$(BIN)/python docs/generate.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo 'site: build/site/index.html'

docs-serve: setup-dev ## show the site while it is written, on this machine alone
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve --strict --dev-addr 127.0.0.1:8000

notebooks: setup-dev ## run the notebooks, and keep what they show
	@$(BIN)/python -m tests.tools.notebooks

lock: ## resolve the lock files anew (needs uv); LOCK_ARGS=--upgrade takes the newest versions
	@command -v $(UV) >/dev/null || { echo 'error: `$(UV)` was not found; only `make lock` needs it' >&2; \
		echo '  hint: `make lock UV=path/to/uv`' >&2; exit 1; }
	@$(COMPILE) --group build --output-file requirements.lock $(LOCK_ARGS)
	@$(COMPILE) --group build --group dev --extra notebooks --extra sensitivity --extra cluster --constraint requirements.lock \
		--output-file requirements-dev.lock $(LOCK_ARGS)
	@echo 'wrote requirements.lock and requirements-dev.lock'

clean: ## remove the environment, caches and built packages; reports stay
	rm -rf $(VENV) build dist policies/dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -type d -name __pycache__ -prune -exec rm -rf {} +

# The stamps say what was installed last: nothing is installed again before a lock file or a pyproject.toml has changed.

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "error: python 3.11 or newer is needed, \`$(PYTHON)\` is $$($(PYTHON) --version 2>&1)" >&2; \
		echo '  hint: `make demo PYTHON=python3.12` takes another one' >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || { \
		echo 'error: the virtual environment could not be made' >&2; \
		echo '  hint: on Debian and Ubuntu, `apt-get install python3-venv`' >&2; exit 1; }
	@touch $@

$(VENV)/.runtime: requirements.lock | $(VENV)/.python
	@echo 'installing the locked packages into $(VENV); this takes about a minute, once'
	@$(PIP) install --require-hashes --requirement requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/.python
	@echo 'installing the locked packages and tools into $(VENV); this takes about two minutes, once'
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@

build/compiled/.done: hatch_build.py pyproject.toml $(shell find policies sim -not -path '*__pycache__*') $(VENV)/.dev
	@echo 'compiling the hot modules into build/compiled; this takes about two minutes'
	@rm -rf build/compiled build/wheel
	@mkdir -p build
	@compile() { (cd "$$1" && HATCH_BUILD_HOOK_ENABLE_CUSTOM=true \
		'$(CURDIR)/$(BIN)/python' -m hatchling build -t wheel -d '$(CURDIR)/build/wheel'); }; \
		{ compile policies && compile .; } >build/compiled.log 2>&1 || { \
		grep -E '^error|: error' build/compiled.log | head -n 5 >&2; \
		echo 'error: compiling failed, see build/compiled.log' >&2; \
		echo '  hint: it needs a C compiler and the headers of Python' >&2; exit 1; }
	@$(PIP) install --no-deps --no-index --target build/compiled build/wheel/*.whl
	@touch $@

$(VENV)/.project: pyproject.toml policies/pyproject.toml sim/stagesim/version.py policies/stageaccess/version.py | $(VENV)/.python
	@$(PIP) install --no-deps --no-build-isolation --editable policies --editable .
	@touch $@
