# Everything a contributor or a newcomer runs. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV_READY := $(VENV)/.dev-ready

# annoy's own build asks for this very CPU and for unsafe floats: the wheel would crash elsewhere.
ifeq ($(shell uname -m),x86_64)
export ANNOY_COMPILER_ARGS ?= -O3,-std=c++14,-fpermissive,-march=x86-64-v3,-DANNOYLIB_MULTITHREADED_BUILD
else
export ANNOY_COMPILER_ARGS ?= -O3,-std=c++14,-fpermissive,-DANNOYLIB_MULTITHREADED_BUILD
endif

.PHONY: help setup demo serve test check bench schema lock clean

help: ## List these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## Install everything the gateway needs into .venv

demo: $(READY) ## Run the demo shop and GraphiQL (PORT=8765 chooses the port)
	@ENDCAP_PORT=$(PORT) $(BIN)/endcap demo

serve: $(READY) ## Run the gateway over ENDCAP_DATABASE_URL, or the embedded PostgreSQL
	@ENDCAP_PORT=$(PORT) $(BIN)/endcap serve

test: $(DEV_READY) ## Run the tests
	$(BIN)/python -m pytest

check: $(DEV_READY) ## Lint, types, import contracts, golden files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.golden --check

bench: $(DEV_READY) ## Measure speed, as ratios in one run
	$(BIN)/python -m tests.benchmarks

schema: $(DEV_READY) ## Write the golden files anew: schema/schema.graphql and sql/schema.sql
	$(BIN)/python -m tests.golden

lock: $(DEV_READY) ## Pin the dependencies anew, with hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url pyproject.toml --group dev -o requirements-dev.txt

clean: ## Remove the virtual environment and the caches (var/, the data, stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): requirements.txt pyproject.toml Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12"; exit 1; }
	@command -v $${CXX:-c++} >/dev/null || command -v g++ >/dev/null || { echo "A C++ compiler is needed to build annoy: install g++ (Debian: apt-get install g++) or clang."; exit 1; }
	@echo "Setting up $(VENV) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@$(BIN)/python -m gateway.rest.graphiql
	@touch $@

$(DEV_READY): requirements-dev.txt $(READY)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
