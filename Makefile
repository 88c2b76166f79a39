# make run   the main job on an embedded PostgreSQL      make test   everything that CI checks
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := src tests

.DEFAULT_GOAL := help
.PHONY: help run test check types style arrows tests format locks clean

help: ## Show these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# One stamp a lock, so that a second run installs nothing and works offline.
$(VENV)/run.stamp: requirements/run.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/test.stamp: $(VENV)/run.stamp requirements/test.txt
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/test.txt
	touch $@

run: $(VENV)/run.stamp ## Run the demo on an embedded PostgreSQL
	$(BIN)/messagestore demo

test: check tests ## Run everything that CI runs

check: style types arrows ## Check style, types and the arrows between layers

style: $(VENV)/test.stamp
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

types: $(VENV)/test.stamp
	$(BIN)/mypy

arrows: $(VENV)/test.stamp
	$(BIN)/lint-imports

tests: $(VENV)/test.stamp ## Run the tests alone
	$(BIN)/pytest --numprocesses 2

format: $(VENV)/test.stamp ## Put the sources into the house's format
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

locks: $(VENV)/test.stamp ## Pin the newest allowed versions, with hashes
	$(BIN)/uv pip compile --universal --python-version 3.11 --upgrade --quiet --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --custom-compile-command 'make locks' \
		--group build pyproject.toml --output-file requirements/run.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --upgrade --quiet --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --custom-compile-command 'make locks' \
		--constraint requirements/run.txt --group test --output-file requirements/test.txt

clean: ## Remove the virtual environment and the caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
