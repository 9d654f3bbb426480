# Everything a contributor or a newcomer runs. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PORT ?= 8000
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV_READY := $(VENV)/.dev-ready

# The first Python that is new enough; `make PYTHON=/path/to/python` chooses another.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)

# annoy's own build asks for this very processor and for unsafe floats: it would crash elsewhere and answer wrongly here.
# x86-64-v3 where processor and compiler know it, plain code otherwise. Looked up only when something is compiled.
V3 = $(shell grep -qm1 -w avx2 /proc/cpuinfo 2>/dev/null && $${CXX:-c++} -march=x86-64-v3 -E -x c++ /dev/null >/dev/null 2>&1 && echo -march=x86-64-v3,)
ANNOY_COMPILER_ARGS ?= -O3,-std=c++14,-fpermissive,$(V3)-DANNOYLIB_MULTITHREADED_BUILD

PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --use-pep517

.PHONY: help setup demo serve test sweep check chaos bench bench-training bench-attribution bench-experiments bench-statistics bench-quality schema script lock clean

help: ## List these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(READY) ## Install everything the gateway needs into .venv

demo: $(READY) ## Run the demo shop and GraphiQL (PORT=8765 chooses the port)
	@ENDCAP_PORT=$(PORT) $(BIN)/endcap demo

serve: $(READY) ## Run the gateway over ENDCAP_DATABASE_URL, or the embedded PostgreSQL
	@ENDCAP_PORT=$(PORT) $(BIN)/endcap serve

test: $(DEV_READY) ## Run the tests, a file a worker, on two workers (WORKERS=1: one after the other)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

sweep: $(DEV_READY) ## Run what make test leaves out because it takes minutes: the whole of the real data
	$(BIN)/python -m pytest -m slow

check: $(DEV_READY) ## Lint, types, import contracts, golden files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.golden --check

bench: $(DEV_READY) ## Measure speed, as ratios in one run
	$(BIN)/python -m tests.benchmarks

bench-training: $(DEV_READY) ## Measure what a night costs, beside implicit's ALS on the same events
	$(BIN)/python -m tests.benchmarks.training

bench-attribution: $(DEV_READY) ## Measure attribution over a month of millions of touches
	$(BIN)/python -m tests.benchmarks.attribution

bench-experiments: $(DEV_READY) ## Measure what experiments cost: adding up, a result, a recount (EVENTS=10000000 for full size)
	$(BIN)/python -m tests.benchmarks.experiments --events $(or $(EVENTS),1000000)

bench-statistics: $(DEV_READY) ## Measure whether the statistics of experiments keep their promises (TRIALS=10000 looks closer)
	$(BIN)/python -m tests.benchmarks.statistics $(TRIALS)

chaos: $(DEV_READY) ## Kill servers and PostgreSQL a hundred times under load, and look for what was acknowledged (KILLS=n, SEED=n)
	KILLS=$(KILLS) SEED=$(SEED) $(BIN)/python -m tests.chaos

bench-quality: $(DEV_READY) ## Measure quality against strong baselines: every gate of docs/quality.md
	$(BIN)/python -m tests.quality

schema: $(DEV_READY) ## Write the golden files anew: schema/schema.graphql, sql/schema.sql, the tables in the documents
	$(BIN)/python -m tests.golden

script: $(READY) ## Build what browsers load (endcap.js) anew from its source; needs npm
	@$(BIN)/python -m gateway.rest.script

lock: $(DEV_READY) ## Pin the dependencies anew, with hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url pyproject.toml --group dev -o requirements-dev.txt

clean: ## Remove the virtual environment and the caches (var/, the data, stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(READY): requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; where it has another name: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is no Python 3.11 or newer: make PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing: install it (Debian, Ubuntu: apt-get install python3-venv)."; exit 1; }
	@$(PYTHON) -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' \
		|| { echo "Python's header files are needed to build annoy: install them (Debian, Ubuntu: apt-get install python3-dev)."; exit 1; }
	@command -v $${CXX:-c++} >/dev/null || command -v g++ >/dev/null \
		|| { echo "A C++ compiler is needed to build annoy: install one (Debian, Ubuntu: apt-get install g++; macOS: xcode-select --install)."; exit 1; }
	@echo "Setting up $(VENV): a minute or two, once …"
	@$(BIN)/python -c '' 2>/dev/null || { rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); }
	@ANNOY_COMPILER_ARGS='$(ANNOY_COMPILER_ARGS)' $(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps -e .
	@$(BIN)/python -m gateway.rest.graphiql
	@touch $@

$(DEV_READY): requirements-dev.txt $(READY)
	@echo "Setting up the tools for tests and checks …"
	@ANNOY_COMPILER_ARGS='$(ANNOY_COMPILER_ARGS)' $(PIP) --require-hashes -r requirements-dev.txt
	@touch $@
