# Everything works from nothing but Python 3.11 or newer: each target makes the one .venv at the root when it is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8294

.PHONY: demo story test check format clean
.DEFAULT_GOAL := demo

$(VENV)/.ready: pyproject.toml requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "yunwei-bot needs Python 3.11 or newer; name one with PYTHON=…"; exit 1; }
	@echo "[1/2] making the virtual environment in $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "[2/2] installing the pinned requirements (about a minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: $(VENV)/.ready  ## the desk at work, with both sides of the chat on one page
	@$(BIN)/yunwei demo --port $(PORT)

story: $(VENV)/.ready  ## a scripted day in the terminal, every expected effect checked
	@$(BIN)/yunwei demo --story

test: $(VENV)/.ready  ## all tests
	@$(BIN)/python -m pytest

check: $(VENV)/.ready  ## format, lint, types, tests
	@echo "[format]" && $(BIN)/ruff format --check .
	@echo "[lint]" && $(BIN)/ruff check .
	@echo "[types]" && $(BIN)/mypy
	@echo "[tests]" && $(BIN)/python -m pytest

format: $(VENV)/.ready  ## put the code into the house's form
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean:  ## remove what was made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache build *.egg-info
