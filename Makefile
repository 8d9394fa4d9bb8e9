# Every recipe starts with one comment line; `make help` prints them.
.DEFAULT_GOAL := help
.PHONY: help demo test lint style types docs bench dev clean

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.made-from-the-lock
DEMO_COUNTRY ?= FIN
HOME_FOLDER ?= data

help:
	@# This list.
	@awk '/^[a-z]+:/ { name = $$1; sub(":", "", name); getline; sub(/^\t@# /, ""); printf "make %-6s %s\n", name, $$0 }' Makefile

demo: $(READY)
	@# A generated squad's exports into ./demo/inbox, the whole run, the pages to open (starts afresh each time).
	@rm -rf demo
	@$(BIN)/wattworth simulate --into demo/inbox --seed 1
	@echo "The grid of $(DEMO_COUNTRY) is assumed, not known: make demo DEMO_COUNTRY=DEU assumes another."
	@$(BIN)/wattworth run --home demo --models ridge --country $(DEMO_COUNTRY) || test $$? -eq 2
	@echo "Exit code 2 above all means: damaged files were set aside, as they should be in this squad."
	@ls demo/site/*.html

test: style
	@# Every check and test that needs no second machine; types and SQL beside the tests, told after them. Three workers: some tests wait.
	@said=$$(mktemp); \
	$(MAKE) --no-print-directory types >"$$said" 2>&1 & beside=$$!; \
	env -u PYTHONDONTWRITEBYTECODE POLARS_MAX_THREADS=1 $(BIN)/pytest -n 3; tests=$$?; \
	wait $$beside; types=$$?; \
	cat "$$said"; rm -f "$$said"; \
	test $$tests -eq 0 && test $$types -eq 0

lint: style types
	@# Style, types, import directions, SQL, and whether the generated pages of docs/ are fresh.

style: $(READY)
	@# The part of lint that takes a moment: style, import directions, fresh pages.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-cache
	$(BIN)/python docs/generate.py --check

types: $(READY)
	@# The part of lint that takes longer: SQL beside types.
	$(BIN)/sqlfluff lint sql & beside=$$!; $(BIN)/mypy; types=$$?; wait $$beside && exit $$types

docs: $(READY)
	@# The generated pages of docs/: formats, checks, models, tables.
	$(BIN)/python docs/generate.py

bench: $(READY)
	@# How right checks, list and experiments are where the truth is known, then speed: hours; one that fails stops none.
	@failed=; \
	for name in quality attention experiments; do $(BIN)/wattworth bench $$name || failed="$$failed $$name"; done; \
	for script in benchmarks/*.py; do $(BIN)/python $$script || failed="$$failed $$script"; done; \
	test -z "$$failed" || { echo "failed:$$failed"; exit 1; }

dev: $(READY)
	@# Dagster's UI on 127.0.0.1:3000, with the run history of the command line; HOME_FOLDER=demo looks at the demo.
	@$(BIN)/python -c "from pathlib import Path; from assets.instance import instance; from pipelines.paths import home; instance(home(Path('$(HOME_FOLDER)'))).dispose()"
	WATTWORTH_HOME=$(abspath $(HOME_FOLDER)) DAGSTER_HOME=$(abspath $(HOME_FOLDER))/warehouse/dagster \
		$(BIN)/dagster dev -h 127.0.0.1 -p 3000 -m assets.definitions

clean:
	@# Remove the environment, the demo and every cache; data/ stays.
	rm -rf .venv demo dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment, once per lock. uv does it in seconds; pip alone, where uv has no wheel, in minutes.
$(READY): requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -m venv .venv
	@env -u PYTHONDONTWRITEBYTECODE sh -c ' \
		if $(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock && \
			VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip sync -q --require-hashes --compile-bytecode requirements.lock && \
			VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install -q --no-deps --no-build-isolation -e .; \
		then :; else \
			$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock && \
			$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
		fi'
	@touch $@
