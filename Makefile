# run · test · test-all · check · eval · bench · campaign. Every target sets up what it needs
# first, when it is missing or old.
#
# On Linux torch comes from its own index, since PyPI's is the graphics-card build (2 GB more); an index that cannot be
# reached is passed over. KEHOACH_PROGRAMS=no installs no Debian packages.
PYTHON ?= python3
TORCH  ?= torch
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.kehoach
DEV    := $(VENV)/.kehoach-dev
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start some forty processes, and without it each would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE
ifeq ($(shell uname -s),Linux)
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
endif
PIP := $(BIN)/python -m pip install -qq --constraint constraints.txt
# Two files of tests at a time; WORKERS=0 runs one after the other. tests/conftest.py orders them and says which stay
# together: xdist itself would begin with the files of most tests, and the longest tests stand in files of few.
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -ra --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := run
.PHONY: setup programs run test test-all check eval bench campaign

setup: $(STAMP)

# torch goes first: once the light build is there, nothing pulls another.
$(STAMP): pyproject.toml constraints.txt
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || { echo "Thiếu python3-venv: sudo apt-get install python3-venv" >&2; exit 1; }
	@packaging/programs.sh
	@echo "Cài vào $(VENV) (lần đầu mất vài phút) …" >&2
	@$(PIP) $(if $(TORCH_INDEX),--retries 1 --extra-index-url $(TORCH_INDEX)) "$(TORCH)"
	@$(PIP) --editable ".[documents,telegram,zalo]"
	@touch $@

# What only tests, checks and measurements need.
$(DEV): $(STAMP)
	@packaging/programs.sh --tests
	@$(PIP) --editable ".[dev,documents,telegram,zalo]"
	@touch $@

# Once more, where the programs could not be installed the first time.
programs:
	@packaging/programs.sh --tests

run: setup
	@$(BIN)/kehoach run

test: $(DEV)
	@$(PYTEST) -m "not long"

test-all: $(DEV)
	@$(PYTEST)

# Style, types, architecture, and whether the sample plans are still read and answered as they were.
check: $(DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest tests/test_architecture.py tests/evaluation/test_net.py

eval: $(DEV)
	@$(BIN)/python -m tests.evaluation; selected=$$?; $(BIN)/python -m tests.evaluation --shelf && exit $$selected

bench: $(DEV)
	@$(BIN)/python -m tests.evaluation.bench
	@$(BIN)/python -m tests.evaluation.scale

# Kills, broken files, odd questions and floods, ten times as many as `make test-all`; see tests/campaign/conftest.py.
campaign: $(DEV)
	@KEHOACH_CAMPAIGN=$${KEHOACH_CAMPAIGN:-10} $(BIN)/python -m pytest -s tests/campaign
