# What one can do here. `make help` prints the targets with their first words.
SHELL := /bin/bash
.DEFAULT_GOAL := help
RUN := .venv/bin
# Where modules are compiled anew by every process that starts, starting is most of the work.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test lint types imports clauses fuzz bench messages assets setup clean

help: ## Print this list
	@grep -hE '^[a-z-]+:.*?## ' $(MAKEFILE_LIST) | awk -F':.*?## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: ## Install everything the project needs, from its own lock files
	@tools/setup.sh

run: setup assets ## Start the demonstration: the centre and six institutions on this machine
	@$(RUN)/qorgan demo

test: setup assets ## Everything CI runs: lint, types, walls, clauses, messages, migrations, tests
	@tools/setup.sh products
	@tools/beside.sh "make lint" $(MAKE) --no-print-directory lint -- tools/tests.sh

lint: setup ## Style, types, walls between rooms, translations, migrations, clauses
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/python tools/typecheck.py
	@$(RUN)/lint-imports --no-cache
	@$(RUN)/python tools/messages.py check
	@$(RUN)/python tools/migrations.py
	@$(RUN)/python tools/clauses.py --check
	@$(RUN)/python tools/lifecycles.py --check

clauses: setup ## Print every clause with its code and tests; fail on a claim that does not hold
	@$(RUN)/python tools/clauses.py $(if $(C),--clause $(C))

fuzz: setup ## Fuzz parsers and judgement for S seconds (default 600), going on from what .local/fuzz knows
	@QORGAN_FUZZ_SECONDS=$(or $(S),600) QORGAN_FUZZ_FOLDER=.local/fuzz $(RUN)/pytest -q tests/module/fuzz

bench: setup ## Measure the ratios against their limits and write docs/benchmarks.md
	@tools/setup.sh peers
	@$(RUN)/python -m qorgan.bench

assets: setup ## Build the pages' scripts and styles, when they changed
	@$(RUN)/python tools/messages.py compile
	@$(RUN)/python tools/assets.py

clean: ## Remove what was built; keeps the demonstration's data
	@rm -rf .venv web/node_modules qorgan/hub/portal/static/dist qorgan/gate/pages/static/dist .mypy_cache .ruff_cache .pytest_cache
