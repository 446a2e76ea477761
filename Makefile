# The one list of commands: people, pre-commit and CI all call these. `make` shows them.
SHELL := /bin/bash
UV_VERSION := 0.13.9
UV := .tools/bin/uv
RUN := $(UV) run --locked --no-sync
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test check tidy format lint types contracts fuzz bench soak golden templates wheel clean

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

setup: .venv/.ready ## a virtual environment with the locked dependencies

.tools/bin/uv:
	@python3 -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Clearweek needs Python 3.11 or newer; python3 is " + sys.version.split()[0])'
	python3 -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.ready: .tools/bin/uv pyproject.toml uv.lock
	$(UV) sync --locked --quiet --compile-bytecode --all-extras
	@touch $@

.venv-servers/.ready: .tools/bin/uv pyproject.toml uv.lock
	UV_PROJECT_ENVIRONMENT=.venv-servers $(UV) sync --locked --quiet --compile-bytecode --only-group servers --no-install-project
	@touch $@

demo: setup ## plan the bundled sample week: a grid here, pages and files in out/
	@.venv/bin/clearweek demo

test: setup .venv-servers/.ready ## run the tests
	$(RUN) pytest -n auto --maxprocesses 4 --dist loadfile

check: tidy test ## all that has to be green before a commit lands

tidy: format lint types contracts ## everything but the tests

format: setup ## is everything formatted?
	$(RUN) ruff format --check .

lint: setup ## is everything tidy?
	$(RUN) ruff check .

types: setup ## do the types hold?
	$(RUN) mypy

contracts: setup ## does each module import only what it may?
	$(RUN) lint-imports

fuzz: setup ## attack the HTTP API from its own OpenAPI description (schemathesis, in an environment of its own)
	UV_PROJECT_ENVIRONMENT=.venv-fuzz $(UV) sync --locked --quiet --only-group fuzz --no-install-project
	$(RUN) python -m tests.fuzz .venv-fuzz/bin/schemathesis

bench: setup ## measure; the table is in benchmarks/README.md
	$(RUN) python -m benchmarks.demo
	$(RUN) python -m benchmarks.reading
	$(RUN) python -m benchmarks.sync --sizes 10000
	$(RUN) python -m benchmarks.solver_week
	$(RUN) python -m benchmarks.classification tests/data/labelled

soak: setup .venv-servers/.ready ## kill syncs, applies and undos for twenty minutes, and look whether all is right
	$(RUN) python -m tests.soak

golden: setup ## write the golden files anew; read the diff before you commit it
	$(RUN) pytest tests/render tests/api/openapi/test_description.py --update-golden

templates: setup ## write the HTML of the mails anew from their MJML sources
	$(RUN) pytest tests/render/mail/test_templates.py --update-golden

wheel: setup ## build the wheel into dist/
	$(UV) build --wheel --quiet

clean: ## remove everything that the other commands made
	rm -rf .venv .venv-fuzz .venv-servers .tools dist build out .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
