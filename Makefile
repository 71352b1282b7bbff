# The one door to the project, the same for people and for CI. `make` alone lists what there is.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

SWIFT ?= swift
PYTHON ?= python3
ARGS ?=
BUILD_FLAGS ?=
FUZZ_RUNS ?= 1000000
VENV := .venv
LOGS := .build/logs
SOURCES := Sources Tests Fuzzing Examples Benchmarks/Sources Package.swift Benchmarks/Package.swift

.PHONY: help setup setup-tests packages packages-tests packages-chaos toolchain run build test test-swift \
  test-end-to-end lint format bench bench-instructions fuzz differential guide-policies docs kill-test chaos \
  backup-test revocation-test race-test compatibility policies service-linked-roles clean

help: ## Lists the targets
	@echo "make run      builds everything and serves on http://127.0.0.1:4260"
	@echo "make test     builds everything and runs all tests"
	@echo
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  %-16s %s\n", $$1, $$2 }'

# Setting up

setup: packages toolchain ## Installs what a build needs
setup-tests: packages-tests toolchain $(VENV)/.complete sigv4-vectors ## Installs what the tests need

packages:
	@Scripts/install-packages.sh

packages-tests:
	@Scripts/install-packages.sh --tests

packages-chaos:
	@Scripts/install-packages.sh --chaos

toolchain:
	@command -v $(SWIFT) >/dev/null || { \
	  echo "swift: not found; install Swift 6.3 from https://www.swift.org/install/linux/ and put it on the PATH," >&2; \
	  echo "or name it: make SWIFT=/path/to/swift …" >&2; exit 1; }

$(VENV)/.complete: Tests/EndToEnd/requirements.txt
	@echo "python: installing the clients of the end-to-end tests into $(VENV)"
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	@PIP_DISABLE_PIP_VERSION_CHECK=1 $(VENV)/bin/python -m pip install --quiet --requirement $< </dev/null
	@touch $@

.PHONY: sigv4-vectors
sigv4-vectors: $(VENV)/.complete
	@PYTHON=$(VENV)/bin/python Scripts/fetch-sigv4-vectors.sh

# Building and running

run: build ## Sets everything up, builds optimized and serves; ARGS="--data DIR" is handed on
	@exec .build/release/sallyport serve $(ARGS)

build: setup ## Leaves the optimized program at .build/release/sallyport
	@echo "build: optimized; the first time takes some minutes"
	@$(SWIFT) build -c release $(BUILD_FLAGS) --product sallyport
	@echo "build: .build/release/sallyport"

clean: ## Removes all that was built or installed into this folder
	rm -rf .build $(VENV)

# Testing

test: setup-tests ## Sets everything up, builds and runs every test
	@mkdir -p $(LOGS)
	@echo "build: the tests; the first time takes some minutes"
	@$(SWIFT) build --build-tests
	@SWIFT=$(SWIFT) Examples/check
	@$(SWIFT) test --skip-build 2>&1 | tee $(LOGS)/swift.log
	@$(MAKE) test-end-to-end
	@Scripts/test-totals.sh $(LOGS)/swift.log $(LOGS)/end-to-end.log

test-swift: setup-tests ## Runs the Swift tests alone
	@$(SWIFT) test

# On SQLite, then on PostgreSQL. What ARGS selects may be for one of them only: pytest then ends with 5.
END_TO_END = $(VENV)/bin/python -m pytest Tests/EndToEnd $(ARGS) || test $$? = 5

test-end-to-end: $(VENV)/.complete ## Runs the end-to-end tests alone, against .build/debug/sallyport
	@mkdir -p $(LOGS)
	@test -n "$${SALLYPORT_BIN:-}" || test -x .build/debug/sallyport || $(SWIFT) build --product sallyport
	@{ $(END_TO_END); } 2>&1 | tee $(LOGS)/end-to-end.log
	@{ SALLYPORT_TEST_STORE=postgresql Scripts/with-postgresql $(END_TO_END); } 2>&1 | tee -a $(LOGS)/end-to-end.log

kill-test: $(VENV)/.complete ## Kills the server 1,000 times while it writes (long)
	@$(SWIFT) build --product sallyport
	@SALLYPORT_KILLS=$${SALLYPORT_KILLS:-1000} $(VENV)/bin/python -m pytest -n 0 Tests/EndToEnd/test_durability.py

backup-test: $(VENV)/.complete ## Restores 100 backups that were made under load, on each kind of store (long)
	@$(SWIFT) build --product sallyport
	@export SALLYPORT_RESTORES=$${SALLYPORT_RESTORES:-100}; \
	  $(VENV)/bin/python -m pytest -n 0 Tests/EndToEnd/test_backup.py -k under_load; \
	  SALLYPORT_TEST_STORE=postgresql Scripts/with-postgresql \
	  $(VENV)/bin/python -m pytest -n 0 Tests/EndToEnd/test_backup.py -k under_load

revocation-test: $(VENV)/.complete ## Takes 10,000 permissions away through one node, and times their refusal at another (long)
	@$(SWIFT) build --product sallyport
	@SALLYPORT_TEST_STORE=postgresql SALLYPORT_REVOCATIONS=$${SALLYPORT_REVOCATIONS:-10000} Scripts/with-postgresql \
	  $(VENV)/bin/python -m pytest -n 0 Tests/EndToEnd/test_revocation.py

race-test: toolchain ## Deletes a role 100,000 times while it is assumed (long)
	@SALLYPORT_RACES=$${SALLYPORT_RACES:-100000} $(SWIFT) test --filter RoleDeletionRaceTests

compatibility: toolchain ## Runs tools that others wrote against a fresh server; ARGS="ansible go" for some of them
	@$(SWIFT) build --product sallyport
	@Tests/Compatibility/run $(ARGS)

chaos: packages-chaos $(VENV)/.complete ## Kills nodes, databases and primaries under clients (long)
	@$(SWIFT) build --product sallyport
	@SALLYPORT_TEST_STORE=postgresql SALLYPORT_FAULT_ROUNDS=$${SALLYPORT_FAULT_ROUNDS:-50} \
	  SALLYPORT_FAILOVERS=$${SALLYPORT_FAILOVERS:-50} \
	  $(VENV)/bin/python -m pytest -n 0 -s Tests/EndToEnd/test_nodes_faults.py Tests/EndToEnd/test_failover.py

differential: toolchain ## Compares the policy engine with its reference on ten million random cases (long)
	@$(SWIFT) build -c release --product Differential
	@SALLYPORT_DIFFERENTIAL_CASES=$${SALLYPORT_DIFFERENTIAL_CASES:-10000000} .build/release/Differential

guide-policies: toolchain ## Reads the policies of AWS's guides; fetches them from GitHub, or ARGS="--from FOLDER"
	@$(SWIFT) build --product sallyport
	@Tools/check-guide-policies $(ARGS)

bench-instructions: toolchain ## Holds the engine's instructions to Benchmarks/instructions.json
	@SWIFT=$(SWIFT) Benchmarks/instructions $(ARGS)

fuzz: toolchain ## Feeds the engine and the parsers random bytes, each FUZZ_RUNS times (long)
	@SWIFT=$(SWIFT) Fuzzing/run all $(FUZZ_RUNS) $(ARGS)
	@SALLYPORT_FUZZ_CASES=$${SALLYPORT_FUZZ_CASES:-$(FUZZ_RUNS)} $(SWIFT) test --filter SigV4FuzzTests

bench: toolchain ## Measures the figures that the project promises
	@SWIFT=$(SWIFT) Benchmarks/run $(ARGS)

docs: toolchain ## Builds the documentation of the library PolicyEngine
	@SWIFT=$(SWIFT) Scripts/build-docs
	@SWIFT=$(SWIFT) Examples/check --package

# Keeping

lint: toolchain ## Refuses sources that are not formatted
	@$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

format: toolchain ## Formats the sources
	@$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

policies: ## Extracts AWS's managed policies anew
	@Tools/extract-managed-policies

service-linked-roles: ## Extracts the service-linked roles of AWS's services anew
	@Tools/extract-service-linked-roles
