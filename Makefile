# run · test · test-all · check · eval · bench. Every target sets up the virtual environment first when it is missing or old.
#
# On Linux, PyPI's torch is built for graphics cards (2 GB). `make setup PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu`
# takes the small one where that index can be reached.
PYTHON ?= python3
TORCH  ?= torch==2.13.0
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.kehoach
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_EXTRA_INDEX_URL

.DEFAULT_GOAL := run
.PHONY: setup run test test-all check eval bench

setup: $(STAMP)

# torch goes first: once the light build is there, nothing pulls another.
$(STAMP): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (some minutes the first time) …" >&2
	@$(BIN)/python -m pip install -qq "$(TORCH)"
	@$(BIN)/python -m pip install -qq --editable ".[dev,documents,telegram,zalo]"
	@touch $@

run: setup
	@$(BIN)/kehoach run

test: setup
	@$(BIN)/python -m pytest -m "not long"

test-all: setup
	@$(BIN)/python -m pytest

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

eval: setup
	@$(BIN)/python -m tests.evaluation; selected=$$?; $(BIN)/python -m tests.evaluation --shelf && exit $$selected

bench: setup
	@$(BIN)/python -m tests.evaluation.bench
