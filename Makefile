# Every habit of this project, one target each. Needs Python 3.11 or newer, git and GNU make; nothing else.
# Everything is installed into .venv, from pinned and hashed requirements; nothing is written outside this folder.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

VENV := .venv
VENV_SDK := $(VENV)-sdk
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
INSTALL := $(PIP) install --no-cache-dir --require-hashes
PROMPT ?= where does a streamed token reach the screen, and which files would I change to add a provider?
export PROMPT

# --- installation: each stamp says that one requirements file is in place -------------------------------------

$(VENV)/.created: tools/create_venv.sh
	@sh tools/create_venv.sh $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.created requirements/build.txt requirements/run.txt pyproject.toml src/aircher/__init__.py
	@echo "installing aircher into $(VENV)"
	@$(INSTALL) -r requirements/build.txt
	@$(INSTALL) -r requirements/run.txt
	@$(PIP) install --no-cache-dir --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "installing the development tools into $(VENV)"
	@$(INSTALL) -r requirements/dev.txt
	@touch $@

# The official SDKs, which only tests/sdk uses. They need not be compiled as a whole: a test imports a part of them.
$(VENV_SDK)/.created: tools/create_venv.sh
	@sh tools/create_venv.sh $(VENV_SDK)
	@touch $@

$(VENV_SDK)/.ready: $(VENV_SDK)/.created requirements/sdk.txt
	@echo "installing the official SDKs into $(VENV_SDK)"
	@$(VENV_SDK)/bin/python -m pip --disable-pip-version-check --no-input --quiet \
		install --no-cache-dir --no-compile --require-hashes -r requirements/sdk.txt
	@touch $@

# --- habits ---------------------------------------------------------------------------------------------------

.PHONY: help
help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: $(VENV)/.run ## Install, then ask about this repository without a key or a network (PROMPT="…" asks something else).
	@$(BIN)/aircher -p "$$PROMPT" --provider offline

.PHONY: test
test: $(VENV)/.dev $(VENV_SDK)/.ready ## Run everything that CI runs: format, lint, types, contracts, sizes, tests, docs, audit.
	@$(BIN)/python tools/check.py

.PHONY: lint
lint: $(VENV)/.dev ## Run the checks that take seconds: format, lint, types, import contracts, dependencies, sizes.
	@$(BIN)/python tools/check.py format lint types contracts dependencies budgets

.PHONY: sdk
sdk: $(VENV)/.dev $(VENV_SDK)/.ready ## Drive the fake server with the official SDKs of the providers.
	@$(BIN)/python tools/check.py sdk

.PHONY: fix
fix: $(VENV)/.dev ## Repair what can be repaired by machine: formatting, lint, generated pages and completion scripts.
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/python tools/generate_docs.py
	@$(BIN)/python tools/generate_completions.py
	@$(BIN)/python tools/generate_schemas.py

.PHONY: bench
bench: $(VENV)/.dev ## Measure, and write the figures to benchmarks/README.md.
	@$(BIN)/python benchmarks/run.py

SECONDS ?= 600
SEED ?= 1
.PHONY: soak
soak: $(VENV)/.dev ## Use the interface at random for a long time (SECONDS=600 SEED=1) and report leaks and slow frames.
	@$(BIN)/python benchmarks/tui_soak.py --seconds $(SECONDS) --seed $(SEED)

.PHONY: docs
docs: $(VENV)/.dev ## Renew the generated pages and build the site into site/.
	@$(BIN)/python tools/generate_docs.py
	@$(BIN)/zensical build --clean --strict

.PHONY: snapshots
snapshots: $(VENV)/.dev ## Run the real program in a pseudo-terminal and draw the pictures in docs/images anew.
	@$(BIN)/python tools/record.py

.PHONY: docs-serve
docs-serve: $(VENV)/.dev ## Serve the site on loopback and rebuild it on every change.
	@$(BIN)/zensical serve

.PHONY: completions
completions: $(VENV)/.dev ## Renew the completion scripts for bash, zsh and fish.
	@$(BIN)/python tools/generate_completions.py

.PHONY: install
install: $(VENV)/.dev ## Install aircher and the development tools into .venv.
	@echo "ready: . $(BIN)/activate"

.PHONY: dev
dev: $(VENV)/.dev ## Install, then open the interface on a fake model in a scratch project, without a key.
	@sh tools/dev.sh $(BIN)

.PHONY: lock
lock: $(VENV)/.created ## Pin every requirement again (requirements/*.in to *.txt, with hashes, without host names).
	@sh tools/lock.sh $(VENV)

.PHONY: clean
clean: ## Delete .venv and .venv-sdk, caches, the built site and build products.
	@rm -rf $(VENV) $(VENV_SDK) site dist build .cache .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .ruff_cache
	@find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
