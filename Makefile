# make run   the main job on an embedded PostgreSQL      make test   everything that CI checks
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := src tests benchmarks

.DEFAULT_GOAL := help
.PHONY: help run test check types style arrows tests conformance faults bench bench-full bench-hooks bench-scale bench-peers tests-15 postgresql-15 programs format locks locks-peers clean

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

run: $(VENV)/run.stamp ## Serve on an embedded PostgreSQL, with demo traffic
	$(BIN)/messagestore serve --demo

test: check tests conformance tests-15 ## Run everything that CI runs

check: style types arrows ## Check style, types and the arrows between layers

style: $(VENV)/test.stamp
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

types: $(VENV)/test.stamp
	$(BIN)/mypy

arrows: $(VENV)/test.stamp
	$(BIN)/lint-imports

tests: $(VENV)/test.stamp ## Run the tests alone
	@test -z "$$CI" || $(MAKE) --no-print-directory programs
	$(BIN)/pytest --numprocesses 2 --dist loadfile

# Every public method of the repository, the service and the logger, asked once more where the messages
# lie in another way: in 36 months, and on the cluster of MESSAGESTORE_TEST_CITUS_URL if that is set.
CONFORMANCE := tests/integration/repository tests/integration/search tests/integration/logger tests/integration/test_flow.py tests/integration/test_service.py tests/integration/test_store.py tests/integration/test_blocking.py

conformance: $(VENV)/test.stamp ## Run those of the store's methods over months and, with a cluster, on Citus
	MESSAGESTORE_TEST_LAYOUT=months $(BIN)/pytest --numprocesses 2 --dist loadfile $(CONFORMANCE)
	@if test -n "$$MESSAGESTORE_TEST_CITUS_URL"; then \
		MESSAGESTORE_TEST_LAYOUT=citus $(BIN)/pytest $(CONFORMANCE); \
	else \
		echo "skipped: MESSAGESTORE_TEST_CITUS_URL names no Citus cluster"; \
	fi

faults: $(VENV)/test.stamp ## Run the fault tests in their full form, and print their table
	MESSAGESTORE_FAULTS=full $(BIN)/pytest --numprocesses 3 tests/faults

# MESSAGESTORE_BENCH_DATA is the folder that keeps the messages between runs.
bench: $(VENV)/run.stamp ## Measure with 200,000 messages, and write docs/reference/benchmarks.md
	$(BIN)/python -m benchmarks.reads
	$(BIN)/python -m benchmarks.ingest
	$(BIN)/python -m benchmarks.bulk
	$(BIN)/python -m benchmarks.mixed
	$(BIN)/python -m benchmarks.cost
	$(BIN)/python -m benchmarks.filling
	$(BIN)/python -m benchmarks.webhooks
	$(BIN)/python -m benchmarks.listeners
	$(BIN)/python -m benchmarks.page

# The data sets of bench-full, smallest first.
ROWS ?= 100000 1000000 10000000

bench-full: $(VENV)/run.stamp ## Measure with 10,000,000 messages (25 GB of disk; may be interrupted)
	for rows in $(ROWS); do $(BIN)/python -m benchmarks.reads --rows $$rows || exit; done
	$(BIN)/python -m benchmarks.growth --rows $(ROWS)
	$(BIN)/python -m benchmarks.cost --rows $(lastword $(ROWS))
	$(BIN)/python -m benchmarks.filling --rows $(lastword $(ROWS)) --batch 40000
	$(BIN)/python -m benchmarks.ingest
	$(BIN)/python -m benchmarks.bulk
	$(BIN)/python -m benchmarks.mixed
	$(BIN)/python -m benchmarks.webhooks
	$(BIN)/python -m benchmarks.page

bench-hooks: $(VENV)/test.stamp ## Measure what a hook adds to a bot's own time
	$(BIN)/python -m benchmarks.hooks

bench-scale: $(VENV)/run.stamp ## Measure months, their split, retention, and replicas (15 GB of disk)
	$(BIN)/python -m benchmarks.scale
	$(BIN)/python -m benchmarks.replicas

# Each in an environment of its own, as they do not go together; made again when its lock changes.
PEERS := builderbot chainlit langchain-postgres llama-index openai-agents
PEERS_DATA := .messagestore/benchmarks/peers

$(PEERS_DATA)/%.stamp: requirements/peers/%.txt | $(VENV)/test.stamp
	mkdir -p $(PEERS_DATA)
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(PEERS_DATA)/$*
	$(BIN)/uv pip sync --quiet --require-hashes --python $(PEERS_DATA)/$*/bin/python $<
	touch $@

bench-peers: $(VENV)/run.stamp $(PEERS:%=$(PEERS_DATA)/%.stamp) ## Measure other stores beside this one (1 GB of disk)
	$(BIN)/python -m benchmarks.peers
	$(BIN)/python -m benchmarks.page

# What depends on the server's version, once more on the oldest one that is supported.
ON_POSTGRESQL_15 := tests/integration --ignore=tests/integration/embedded --ignore=tests/integration/cli
POSTGRESQL_15 ?= /usr/lib/postgresql/15/bin

tests-15: $(VENV)/test.stamp ## Run those that depend on it on PostgreSQL 15
	@test -z "$$CI" || $(MAKE) --no-print-directory postgresql-15
	@if test -x $(POSTGRESQL_15)/initdb; then \
		$(BIN)/python -m tests.servers $(POSTGRESQL_15) $(BIN)/pytest --numprocesses 2 --dist loadfile $(ON_POSTGRESQL_15); \
	else \
		echo "skipped: no PostgreSQL 15 in $(POSTGRESQL_15); 'make postgresql-15' installs Debian's"; \
	fi

# apt-get would start a server of its own after the installation; a policy keeps it from that.
postgresql-15: ## Install Debian's PostgreSQL 15 where it is missing (as root)
	@test -x $(POSTGRESQL_15)/initdb || { \
		echo 'installing postgresql-15 with apt-get' && \
		apt-get update --quiet=2 && \
		mkdir -p /etc/postgresql-common/createcluster.d && \
		echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/messagestore.conf && \
		DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends postgresql-15; }

# What tests run, and Debian's package of it. The run level keeps services from being started.
PROGRAMS := curl=curl openssl=openssl pgbouncer=pgbouncer node=nodejs nginx=nginx-light \
	caddy=caddy systemd-analyze=systemd

programs: ## Install the programs of Debian's that tests run, where they are missing (as root)
	@missing=; for program in $(PROGRAMS); do \
		PATH="$$PATH:/usr/sbin" command -v $${program%=*} >/dev/null || missing="$$missing $${program#*=}"; \
	done; \
	test -z "$$missing" || { \
		echo "installing$$missing with apt-get" && \
		apt-get update --quiet=2 && \
		RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
			apt-get install --yes --quiet=2 --no-install-recommends $$missing; }

format: $(VENV)/test.stamp ## Put the sources into the house's format
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --quiet --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --custom-compile-command 'make locks'

# The tests' lock first, as the frameworks that have hooks bound what the store itself may take.
locks: $(VENV)/test.stamp locks-peers ## Pin the newest allowed versions, with hashes
	$(LOCK) --upgrade --group build --group test --all-extras pyproject.toml --output-file requirements/test.txt
	$(LOCK) --constraint requirements/test.txt --group build pyproject.toml --output-file requirements/run.txt

locks-peers: $(VENV)/test.stamp
	for peer in $(PEERS); do \
		$(LOCK) --upgrade requirements/peers/$$peer.in --output-file requirements/peers/$$peer.txt || exit; \
	done

clean: ## Remove the virtual environment and the caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
