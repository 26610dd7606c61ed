# Two commands on a machine with Python >= 3.11, git and make: `make demo` and `make test`.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
DEMO   ?= demo

.PHONY: help demo test test-all check format docs docs-check bench install clean sample-test sample-history

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 16

demo: $(VENV)/.installed ## Analyse the sample monolith and say where the report is
	$(BIN)/python sample_monolith/replay.py $(DEMO)/learnhub
	$(BIN)/decompose analyze $(DEMO)/learnhub -o $(DEMO)/report
	@echo "Open $(DEMO)/report/index.html"

test: $(VENV)/.installed ## Run the tests that take seconds
	$(BIN)/pytest -n auto -m "not real and not slow"

test-all: $(VENV)/.installed ## Run all tests, also those that take minutes, and those on real checkouts in $$DECOMPOSE_REPOS
	$(BIN)/pytest -n auto

check: $(VENV)/.installed ## Format, lint, types, import contracts, docs, tests
	$(BIN)/ruff format --check decompose tests benchmarks
	$(BIN)/ruff check decompose tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

format: $(VENV)/.installed ## Format the code
	$(BIN)/ruff format decompose tests benchmarks
	$(BIN)/ruff check --fix decompose tests benchmarks

docs: demo ## Make docs/cli.md and the pictures again
	$(BIN)/python docs/make_cli.py > docs/cli.md
	$(BIN)/decompose docs README.md --pictures docs/images --from $(DEMO)/report/analysis.json
	$(BIN)/decompose docs docs/sample.md --from $(DEMO)/report/analysis.json

docs-check: demo ## Say which blocks of the documents are stale; CI says it and does not fail (docs/decisions.md has why)
	$(BIN)/decompose docs README.md --pictures docs/images --from $(DEMO)/report/analysis.json --check
	$(BIN)/decompose docs docs/sample.md --from $(DEMO)/report/analysis.json --check

bench: $(VENV)/.installed ## How near the floor: make bench REPO=path/to/a/large/checkout
	$(BIN)/python -m benchmarks.speed $(REPO)

sample-test: $(VENV)/.installed ## Run the sample monolith's own tests
	cd sample_monolith/learnhub && $(abspath $(BIN))/python manage.py test

sample-history: $(VENV)/.installed ## Record edits of the sample as one more commit: make sample-history MESSAGE="..."
	$(BIN)/python sample_monolith/record.py "$(or $(MESSAGE),LearnHub is edited)"

install: $(VENV)/.installed ## Make the virtual environment

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $@

clean: ## Remove what was made
	rm -rf $(VENV) $(DEMO) build dist *.egg-info
