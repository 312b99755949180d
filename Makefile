# One command per job; `make help` lists them. Everything lives in .venv; nothing is installed elsewhere.
PYTHON ?= python3
BIN := .venv/bin
DISTRIBUTIONS := contracts sdk runner lake deploy demo $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))
PROJECTS := $(addsuffix /pyproject.toml,$(DISTRIBUTIONS))
GO := $(abspath $(BIN))/go
export PATH := $(abspath $(BIN)):$(PATH)
export GOTOOLCHAIN := local

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types check fuzz prove package bench bench-large scale generate lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.installed .venv/.embedded ## build the environment in .venv

# A second run finds the stamp and does nothing.
.venv/.installed: requirements.lock $(PROJECTS)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "make: $(PYTHON) is older than 3.11: install a newer one, or say make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "make: $(PYTHON) cannot make environments: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(addprefix -e ,$(DISTRIBUTIONS))
	@touch $@

# MiniStack pins its own botocore and must not share an environment with ours.
.venv/.embedded: runner/src/springhead_runner/local/requirements.lock | .venv/.installed
	$(BIN)/python -c 'from springhead_runner.local import ensure_environment; ensure_environment(print)'
	@touch $@

demo: setup ## run the whole pipeline on embedded AWS with 100 celebrities
	$(BIN)/springhead demo

test: setup ## run all tests (Python and Go)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile
	cd contracts/go && $(GO) vet ./... && $(GO) test ./...
	cd contracts/go/example && $(GO) vet ./... && $(GO) test ./...

fuzz: setup ## let Go's fuzzer look for trouble, half a minute
	cd contracts/go && $(GO) test -run '^$$' -fuzz FuzzRecords -fuzztime 15s . && $(GO) test -run '^$$' -fuzz FuzzKeys -fuzztime 15s .

prove: setup ## hold the verdicts of `contract diff` against generated schemas and records; minutes
	$(BIN)/python -m springhead_contracts.proof

package: setup ## build the Lambda zip and the image's file tree, in build/
	$(BIN)/springhead package lambda
	$(BIN)/springhead package image

bench: setup ## measure against named peers; cold starts
	$(BIN)/python -m benchmarks.contracts.validation
	$(BIN)/python -m benchmarks.lake.ingest
	$(BIN)/python -m benchmarks.lake.query
	$(BIN)/python -m benchmarks.runner.cold_start

bench-large: setup ## a file of 3 GB into the lake, with its memory; minutes
	$(BIN)/python -m benchmarks.lake.large

scale: setup ## 10,000 subjects on embedded AWS, 100,000 in one process; many minutes
	$(BIN)/python -m benchmarks.runner.scale

lint: setup ## ruff, formatting, contract gate, generated files, fixtures
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/springhead contract lint
	$(BIN)/springhead contract diff
	$(BIN)/springhead contract generate --check
	$(BIN)/python -m springhead_deploy --check
	$(BIN)/springhead check --mutate

types: setup ## mypy, strict
	$(BIN)/mypy contracts/springhead_contracts benchmarks sdk/src runner/src lake deploy demo plugins/instagram $(wildcard plugins/*/*.py)

check: lint types test ## everything that CI runs

generate: setup ## write the generated models, Go code and template anew
	$(BIN)/springhead contract generate
	$(BIN)/python -m springhead_deploy

lock: .venv/.installed ## write requirements.lock anew
	$(BIN)/python scripts/lock.py --upgrade

clean: ## remove the environment and all caches
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
