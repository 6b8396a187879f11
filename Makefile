# Every target sets itself up in .venv; only Python 3.11 or newer, make and a package registry are needed.
# uv is used where it is installed, pip otherwise.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
# Most tests wait for a server or a clock, so there are more than a small machine has cores.
# Another pytest run beside this one: make test WORKERS=1 ARGS=tests/house
WORKERS ?= 5
ARGS ?=

# Tests start hundreds of processes; where nothing compiled may be kept, each one compiles the program anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test crash check docs build bench clean

help:
	@echo 'make demo    the virtual school: a ticket comes in, a whiteboard is repaired, with proof'
	@echo 'make test    the tests, in minutes (those that need a real server are skipped by name where it is absent)'
	@echo 'make crash   engines killed 300 times in every phase: nothing twice, nothing lost'
	@echo 'make check   style, types, layers'
	@echo 'make docs    the parts of docs/ that are made from the program'
	@echo 'make build   wheel and source archive in dist/'
	@echo 'make bench   benchmarks'
	@echo 'make clean   remove everything that make made'

# One stamp per set of extras: done once, and again when the dependencies change.
$(VENV)/ready-%: setup.cfg pyproject.toml
	@test -n '$(PYTHON)' || { echo 'Pedell needs Python 3.11 or newer; name it: make PYTHON=/path/to/python3'; exit 1; }
	@echo 'Setting up $(VENV) ($*) ...'
	@if command -v uv >/dev/null 2>&1; then \
		{ test -x $(BIN)/python || uv venv -q --seed --python '$(PYTHON)' $(VENV); } \
		&& uv pip install -q --compile-bytecode --python $(BIN)/python -e '.[$*]'; \
	else \
		{ test -x $(BIN)/pip || '$(PYTHON)' -m venv $(VENV); } \
		&& $(BIN)/python -m pip install -q --disable-pip-version-check -e '.[$*]'; \
	fi
	@touch $@

demo: $(VENV)/ready-lab
	@$(BIN)/python demo/demo.py

test: $(VENV)/ready-test
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup -p no:cacheprovider $(ARGS)

check: $(VENV)/ready-test $(VENV)/ready-check
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet || { echo 'not formatted; run: $(BIN)/ruff format'; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

docs: $(VENV)/ready-test
	@$(BIN)/python -m pedell.cli.reference docs

build: $(VENV)/ready-test
	@$(BIN)/python -m build --outdir dist .

# Some minutes; the report goes to standard output, and as JSON to build/.
crash: $(VENV)/ready-test
	@$(BIN)/python -m tests.crash --kills 300 --json build/crash.json

bench: $(VENV)/ready-test
	@set -e; for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
