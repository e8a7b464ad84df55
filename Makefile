# Two commands do all the set-up: `make run` and `make test`. Everything stands in .venv and .build, both ignored by git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test check e2e bench lock docs clean

run: $(READY)  ## prove this very repository
	$(BIN)/ftaction run

test: $(READY)  ## every test but the end-to-end ones
	$(BIN)/pytest -q

check: $(READY)  ## lint, format and types, as CI does
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $(READY)

lock: $(READY)  ## make the lock files anew from requirements/*.in
	cd requirements && for name in runtime dev e2e; do \
	  ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --output-file $$name.txt $$name.in; done

clean:
	rm -rf $(VENV) .build
