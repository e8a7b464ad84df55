# Two commands do all the set-up: `make run` and `make test`. Everything stands in .venv and .build, both ignored by git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test check e2e bench replay stress mutations fuzz docs lock clean

run: $(READY)  ## prove this very repository
	env -u MAKEFLAGS $(BIN)/ftaction run  # what this make was told is nothing to the checks

test: $(READY)  ## every test but the end-to-end ones, on every processor
	$(BIN)/pytest -q --numprocesses auto --dist loadfile

check: $(READY)  ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

e2e:  ## the image, and workflows under act with a real Docker engine
	tests/e2e/run

bench: $(READY)  ## side by side with others, as ratios; ARGS="--quick --only a"
	$(BIN)/python -m tests.bench $(ARGS)

replay: $(READY)  ## real commits and injected faults against the full suite; REPO=a name of tests/replay/repositories.toml, a path or URL of a clone
	$(BIN)/python -m tests.replay all $(REPO) --commits $(or $(N),50) --faults $(or $(FAULTS),300) $(ARGS)

watching: $(READY)  ## what watching costs a suite of yours; ARGS="ROOT PYTHON --rounds 5 -- tests"
	$(BIN)/python -m tests.bench.watching $(ARGS)

stress: $(READY)  ## kill it at random, run it many times at once
	$(BIN)/python -m tests.stress.kill --rounds 500
	$(BIN)/python -m tests.stress.worktrees

mutations: $(READY)  ## mutated bundles, records and archives: nothing wrong is replayed, nothing lands elsewhere
	$(BIN)/python -m tests.mutations --rounds 10000

fuzz: $(READY)  ## the readers of what others wrote, under atheris; SECONDS for each
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/fuzz.txt
	for target in $$($(BIN)/python -m tests.fuzz --list); do $(BIN)/python -m tests.fuzz $$target --runs 100000000 --seconds $(or $(SECONDS),60) || exit 1; done

docs: $(READY)  ## the generated tables and the schema
	$(BIN)/python -m tests.docs

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $(READY)

lock: $(READY)  ## make the lock files anew from requirements/*.in
	cd requirements && for name in runtime dev e2e image fuzz; do \
	  ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --output-file $$name.txt $$name.in; done
	cd requirements && ../$(BIN)/uv pip compile --quiet --universal --python-version 3.8 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --output-file within.txt within.in

clean:
	rm -rf $(VENV) .build
