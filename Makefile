# Every command of the project. The first call installs what it needs into .venv; later calls cost nothing for it.
# Settings: HELHED_HOME (where data lies, .helhed), HELHED_PORT (the gateway, 8080), HELHED_DATABASE_URL, HELHED_NATS_URL.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= 2
PYTEST := $(BIN)/pytest -q

.DEFAULT_GOAL := help
.PHONY: help run demo test test-deep check bench migrate migration contracts doctor clean

help: ## what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: $(READY) ## start the whole town here; Ctrl-C stops it
	@exec $(BIN)/helhed up

demo: $(READY) ## the story of a hundred citizens, told to the running town
	@exec $(BIN)/helhed demo

test: $(READY) ## every test that is quick, on servers of its own
	$(PYTEST) -n $(WORKERS) -m "not slow"

test-deep: $(READY) ## every test, with the full figures
	HYPOTHESIS_PROFILE=deep $(PYTEST) -n $(WORKERS)

check: $(READY) ## style, types, walls, contracts, guards: under a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/helhed contracts check
	$(PYTEST) -n $(WORKERS) tests/house -m "not slow"

bench: $(READY) ## measure, and print the figures
	$(BIN)/python -m bench

migrate: $(READY) ## databases, roles and tables, without starting the town
	@exec env HELHED_MODE=development $(BIN)/helhed migrate

migration: $(READY) ## a new migration: make migration s=cases m="what changes"
	@exec env HELHED_MODE=development $(BIN)/helhed revise "$(s)" "$(m)"

contracts: $(READY) ## write what is generated from the event classes
	$(BIN)/helhed contracts write

doctor: $(READY) ## what is wrong with this machine
	@exec $(BIN)/helhed doctor

clean: $(READY) ## forget all data: databases, events, keys, logs
	@exec $(BIN)/helhed clean --yes

$(READY): pyproject.toml uv.lock helhed/install.sh
	@sh helhed/install.sh $(VENV)
	@touch $@
