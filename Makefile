# Everything a newcomer types. Needs Python >= 3.11 and a package index; nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: study test lint lab bench clean

study: $(READY)          ## install and make the study
	$(BIN)/python pipeline.py run

test: $(READY)           ## install and run the tests
	$(BIN)/python -m pytest -n 2

lint: $(READY)           ## style and conventions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest tests/test_conventions.py

lab: $(READY)            ## open the notebooks
	$(BIN)/python -m jupyter lab analysis/notebooks

bench: $(READY)          ## measure
	$(BIN)/python -m benchmarks

clean:                   ## remove what can be made again
	rm -rf data/processed reports/published

# Every package is pinned with its hash. The stamp is written last, so that a broken install is repeated.
$(READY): requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed; set PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $(READY)
