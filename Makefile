# onewindow: each target sets up what it needs by itself, from Python and make alone.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
WORKERS ?= 2
CONTRACT := tests/test_reference.py tests/adapters/language tests/adapters/cli/test_answers.py tests/adapters/commands/test_messages.py

.DEFAULT_GOAL := help
.PHONY: schemas help install tables demo test mutants bench bench-quick anybody year fuzz race soak check format map rights reference man sentences pins audit sbom clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "onewindow needs Python 3.11 or later; name one: make PYTHON=python3.12 install" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.python requirements/runtime.txt pyproject.toml
	@echo "installing onewindow into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "installing what the tests need ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

install: $(VENV)/.runtime ## make .venv with the command .venv/bin/onewindow in it

tables: $(VENV)/.runtime requirements/tables.txt ## what reads logs kept as .xlsx and Parquet
	@$(PIP) install --require-hashes -r requirements/tables.txt

demo: install ## a small city before and after the reform, in a temporary database
	@$(BIN)/onewindow demo

test: $(VENV)/.dev ## all tests, on SQLite and on a real PostgreSQL, with branch coverage
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term $(ARGS)

check: $(VENV)/.dev ## ruff, mypy strict, import-linter; the reference, the schemas and the Chinese as the code has them
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m tests.reference --check
	@$(BIN)/python -m pytest -q -p no:cacheprovider $(CONTRACT)

format: $(VENV)/.dev ## let ruff mend and format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

map: $(VENV)/.runtime ## docs/map.md anew: every folder in one sentence, its own
	@$(BIN)/python -m tests.map

rights: $(VENV)/.runtime ## docs/rights.md anew: every command by every role, made from the code
	@$(BIN)/onewindow rights > docs/rights.md

reference: $(VENV)/.runtime ## docs/reference/ and the manual page anew, made from the code
	@$(BIN)/python -m tests.reference

schemas: $(VENV)/.runtime ## docs/schemas/ anew: a JSON Schema for each command that a program can send, and for each answer
	@$(BIN)/python -m adapters.commands.schemas
	@$(BIN)/python -m adapters.cli.answers.schemas

man: $(VENV)/.runtime ## the manual page docs/onewindow.1 anew; read it with `man docs/onewindow.1`
	@$(BIN)/python -m tests.reference onewindow.1

sentences: $(VENV)/.runtime ## every sentence of answers and errors that has no Chinese yet, with its place
	@$(BIN)/python -m tests.sentences

.venv-peers/.ready: requirements/peers.txt
	@echo "installing a peer that needs an older SQLAlchemy into .venv-peers ..."
	@$(PYTHON) -m venv .venv-peers
	@.venv-peers/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/peers.txt
	@touch $@

bench: $(VENV)/.dev .venv-peers/.ready ## ours beside the raw limit and the peers, as ratios; writes var/bench.json
	@$(BIN)/python -m tests.benchmarks

bench-quick: $(VENV)/.dev .venv-peers/.ready ## the same with fewer rounds, within two minutes
	@$(BIN)/python -m tests.benchmarks --quick

.venv-audit/.ready: requirements/audit.txt
	@echo "installing what audits into .venv-audit ..."
	@$(PYTHON) -m venv .venv-audit
	@.venv-audit/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/audit.txt
	@touch $@

.venv-runtime/.ready: requirements/runtime.txt
	@$(PYTHON) -m venv --without-pip .venv-runtime
	@$(PIP) --python .venv-runtime/bin/python install --require-hashes -r requirements/runtime.txt
	@touch $@

audit: .venv-audit/.ready ## which pinned versions have known weaknesses, as a public database says (needs the network)
	@for pins in runtime tables build dev; do \
		echo "requirements/$$pins.txt"; \
		.venv-audit/bin/pip-audit --require-hashes --disable-pip --requirement requirements/$$pins.txt $(ARGS) || exit 1; \
	done

sbom: $(VENV)/.python .venv-audit/.ready .venv-runtime/.ready ## what onewindow is installed with, as CycloneDX; writes var/sbom.json
	@mkdir -p var
	@.venv-audit/bin/cyclonedx-py environment .venv-runtime/bin/python --pyproject pyproject.toml --mc-type application \
		--output-reproducible --spec-version 1.6 --output-file var/sbom.json

EXAMPLES ?= 1000
anybody: $(VENV)/.dev ## EXAMPLES=1000 days on which anybody gives any command; no open case in no list, on both databases
	@ANYBODY_EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest -q -n $(WORKERS) tests/anybody $(ARGS)

year: $(VENV)/.dev ## a simulated year of 16 halls with rare events; no open case in no list on any of 20 mornings
	@$(BIN)/python -m tests.anybody.year $(ARGS)

fuzz: MINUTES = 10
fuzz: $(VENV)/.dev ## MINUTES=10 of inputs that nobody writes, for every reader at once: a sentence, no defect, bounded memory and time
	@$(BIN)/python -m tests.fuzz --minutes $(MINUTES) $(ARGS)

race: $(VENV)/.dev ## four departments claim 160 tasks at once over the command line, on both databases
	@ONEWINDOW_TEST_RACE=40 $(BIN)/python -m pytest -q tests/faults/test_departments_at_once.py

FILES ?=
mutants: $(VENV)/.dev ## rules bent one small way at a time: what no near test notices; FILES="domain/time/light.py", else what changed since main
	@$(BIN)/python -m tests.mutants $(ARGS) $(FILES)

MINUTES ?= 30
soak: $(VENV)/.dev ## MINUTES=30 of kills, restarts and cuts under writers, workers and readers on PostgreSQL
	@$(BIN)/python -m tests.faults.soak --minutes $(MINUTES) $(ARGS)

COMPILE = uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras \
	--no-emit-index-url --no-emit-find-links --quiet --no-config
pins: ## renew the pinned requirements (needs uv; the only target that does)
	printf 'hatchling>=1.33\neditables>=0.6\n' | $(COMPILE) --upgrade - -o requirements/build.txt
	$(COMPILE) --upgrade pyproject.toml -o requirements/runtime.txt
	$(COMPILE) --upgrade pyproject.toml --extra dev -c requirements/runtime.txt -o requirements/dev.txt
	$(COMPILE) --upgrade pyproject.toml --extra tables -c requirements/dev.txt -o requirements/tables.txt
	printf 'cyclonedx-bom>=7.3\npip-audit>=2.10\n' | $(COMPILE) --upgrade - -o requirements/audit.txt
	printf 'eventsourcing-sqlalchemy==1.0.1\npsycopg[binary]>=3.2\n' | $(COMPILE) --upgrade - -o requirements/peers.txt

clean: ## remove what was made
	@rm -rf $(VENV) .venv-peers .venv-audit .venv-runtime .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
