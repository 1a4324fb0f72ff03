# Penstock: `make serve` starts it, `make test` is all of CI. `make help` lists the rest.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
WORKERS ?= 2
TOGETHER := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
WEB := src/penstock/web/index.html
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help serve test lint types layers spec unit web-test chromium bench fmt api-types lock clean

help: ## what there is to call
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

serve: $(VENV)/.serve $(WEB) ## install what is missing, build the page, start the server
	@exec $(BIN)/penstock serve

test: $(VENV)/.dev $(WEB) ## everything that CI checks
	@$(MAKE) --no-print-directory -j 2 $(TOGETHER) lint types layers spec web-test
	@$(MAKE) --no-print-directory unit

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	$(BIN)/lint-imports

spec: $(VENV)/.dev ## the rows of docs/contract.md with the tests that prove them
	@$(BIN)/python -m tests.spec

web-test: $(WEB)
	$(BIN)/python hatch_build.py format:check lint check test

unit: $(VENV)/.dev $(WEB) chromium
	$(BIN)/pytest -n $(WORKERS) --no-loadscope-reorder

chromium: $(VENV)/.dev
	@sh requirements/chromium.sh

bench: $(VENV)/.dev $(WEB) ## measure Penstock, and Open WebUI beside it where it can be installed
	$(BIN)/python -m bench

fmt: $(VENV)/.dev $(WEB) ## format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python hatch_build.py format

api-types: $(VENV)/.dev ## write the page's types of the API anew, after a change of routes
	$(BIN)/python web/api_types.py

lock: $(VENV)/.dev ## resolve the requirements anew
	$(BIN)/python requirements/lock.py

clean: ## remove what was built
	rm -rf $(VENV) src/penstock/web web/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(UV): requirements/bootstrap.txt
	@sh requirements/venv.sh $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $(UV)

$(VENV)/.serve: $(UV) pyproject.toml requirements/serve.txt
	@echo "Installing Penstock ..."
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/serve.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(UV) pyproject.toml requirements/dev.txt
	@echo "Installing Penstock and what its tests need ..."
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.serve

$(WEB): $(UV) hatch_build.py $(WEB_SOURCES)
	@$(BIN)/python hatch_build.py build
