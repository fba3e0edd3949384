# Every target works from a bare checkout: each first makes .venv and installs what it needs.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
PIP := python -m pip install -qq --disable-pip-version-check
COMPILE := .venv-lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header
BROWSER := .venv/.browser
PACKAGES := central protocol provisioning runtime station_agent

.DEFAULT_GOAL := help
.PHONY: help install uninstall setup lock fmt lint types test test-slow test-postgres chaos campaign mutants fuzz shots check coverage vectors demo bench clean

help: ## print these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## make .venv with the pinned packages (every other target does this first)

# Debian ships python3 without the parts that make virtual environments, hence the apt-get. Our own
# packages are compiled as installed ones are: a command then starts in two thirds of the time, also
# where Python may not write down what it has compiled.
$(STAMP): pyproject.toml requirements.lock requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "setup: needs Python 3.11 or newer; name one with: make setup PYTHON=python3.13" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		command -v apt-get >/dev/null && echo "setup: installing python3-venv" && \
		apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; } || { \
		echo "setup: $(PYTHON) has no venv module; install it (Debian: apt-get install python3-venv)" >&2; \
		exit 1; }
	@echo "setup: making .venv and installing the packages of requirements.lock (about a minute)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/$(PIP) --require-hashes --no-deps -r requirements-build.lock
	@$(BIN)/$(PIP) --require-hashes --no-deps --no-build-isolation -r requirements.lock
	@$(BIN)/$(PIP) --no-build-isolation --no-deps -e .
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@touch $@

# Browser tests drive the system's Chromium; the fonts let it show Chinese in screenshots. Without windows of its
# own it takes a third of the processor's time: where only the other one is installed, one attempt is made at that.
$(BROWSER): $(STAMP)
	@! command -v chromium-headless-shell >/dev/null || exec touch $@; \
		for name in chromium chromium-browser google-chrome; do \
		command -v $$name >/dev/null || continue; \
		! command -v apt-get >/dev/null || DEBIAN_FRONTEND=noninteractive timeout 120 apt-get install -y -qq --no-remove \
			--no-install-recommends chromium-headless-shell >/dev/null 2>&1 || true; \
		exec touch $@; done; \
		command -v apt-get >/dev/null && echo "setup: installing chromium for the browser tests" && \
		apt-get update -qq && { for package in chromium-headless-shell chromium; do \
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$package fonts-noto-cjk >/dev/null 2>&1 && \
			exec touch $@; done; false; } || { \
		echo "setup: the browser tests need Chromium; install it (Debian: apt-get install chromium)" >&2; \
		exit 1; }

lock: ## write requirements.lock anew from pyproject.toml and constraints.txt; needs a network
	@$(PYTHON) -m venv .venv-lock && .venv-lock/bin/$(PIP) uv
	@echo 'setuptools>=77' | $(COMPILE) - | cat docs/lock/build.txt - >requirements-build.lock
	@echo 'setuptools>=77' | $(COMPILE) --extra dev -c constraints.txt pyproject.toml - \
		| cat docs/lock/all.txt - >requirements.lock
	@rm -rf .venv-lock

fmt: $(STAMP) ## format the code and mend what ruff can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lint: $(STAMP) ## formatting, ruff, import contracts, spelling
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports --no-logo
	$(BIN)/codespell

types: $(STAMP) ## mypy, strict
	$(BIN)/mypy

check: lint types ## lint and types: what must pass before each commit, beside the tests

# Four workers on two cores, the longest files first: tests that wait for processes lie between others.
# What is made of the tests' files is kept, wherever Python is told not to: reading them takes half as long.
test: $(BROWSER) ## all tests but the slow campaigns, in random order; no network
	@$(BIN)/python -m compileall -q $(PACKAGES) # what was changed since setup
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -q -n 4 --dist loadscope --no-loadscope-reorder -m "not slow" \
		--durations=10 --durations-min=1

test-slow: $(BROWSER) ## tests of minutes: a county restored by real processes, and long ways at the desk in Chromium
	$(BIN)/pytest -q -m slow --timeout 900

test-postgres: $(STAMP) ## every test of hub and county with PostgreSQL under it, whatever it opens
	YIZHAN_TESTS_ON=postgresql PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -q -n 2 --dist loadscope -m "not slow" tests/central

SECONDS ?= 150
chaos: $(STAMP) ## kill, cut and carry at random for SECONDS; then everything saved must be a case once
	$(BIN)/python -m tests.system.lines.chaos --seconds $(SECONDS) $(if $(filter-out file,$(origin SEED)),--seed $(SEED))

SCHEDULES ?= 1000
SEED ?= 1
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
campaign: $(STAMP) ## SCHEDULES=N random schedules of cuts, losses, restores, clones, sticks
	@$(BIN)/python -m tests.campaign --schedules $(SCHEDULES) --seed $(SEED) --jobs $(JOBS)

mutants: $(STAMP) ## break one rule of the product at a time; the campaign must see each
	@$(BIN)/python -m tests.campaign.hunt --jobs $(JOBS)

fuzz: $(STAMP) ## SECONDS=N of damaged bytes for every parser that faces the outside
	@$(BIN)/python -m tests.fuzz --seconds $(SECONDS) --seed $(SEED) --jobs $(JOBS)

PICTURES ?= build/shots
shots: $(BROWSER) ## a picture of every page, in both languages and three widths, in build/shots
	@$(BIN)/python -m tests.shots --to build/shots --pictures $(PICTURES)

coverage: $(BROWSER) ## the same tests with branch coverage of the four packages
	$(BIN)/pytest -q -n 2 --dist loadscope -m "not slow" $(PACKAGES:%=--cov=%) \
		--cov-report=term-missing:skip-covered

words: $(STAMP) ## compile the Chinese of help and usage errors after messages.po was changed
	$(BIN)/pybabel -q compile -d runtime/locale -D messages

vectors: $(STAMP) ## re-encode the published test vectors; fails on any difference
	$(BIN)/pytest -q tests/vectors

demo: $(STAMP) ## a county, a hub and stations, start to end; KEEP=1 leaves them up, with their pages
	@$(BIN)/python -m examples.demo $(if $(KEEP),--keep)

bench: $(STAMP) ## measure against the budgets
	$(BIN)/python -m bench

install: ## as root: this version to PREFIX=/opt/yizhan beside older ones, commands, systemd units; starts nothing
	@deploy/install.sh install

uninstall: ## as root: take programs and units away; data and account stay
	@deploy/install.sh uninstall

clean: ## remove .venv, caches and build results
	rm -rf .venv build *.egg-info .coverage .coverage.* htmlcov
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
