# Every target shares one environment, .venv/, which `make setup` makes and keeps fresh.
.DEFAULT_GOAL := help
.PHONY: help setup run check fmt lint types imports policies new-policy package deploy preflight \
        test unit contract e2e repo cover sim simulate explore explore-nightly mutants verify-log restore-drill release-fixtures replay bench-start bench-cost bench-load bench-crash bench-sweep bench-deploy bench-rope bench-judge score likeness clean

PY := .venv/bin/python
STAGE ?= dev
OUT ?= out
SEED ?= 1
RUNS ?= 20
SEEDS ?= 1-20
HOURS ?= 0
CASES ?= 30
DAYS ?= 2

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Find or fetch Python 3.13 and make .venv/ (instant when nothing changed)
	@sh tools/bootstrap.sh

run: setup ## Package the app, start it in the local emulator, and serve until Ctrl-C
	@$(PY) -m tools.local

check: setup ## Everything that must hold before a commit: format, lint, types, imports, policies, package, tests
	@$(PY) -m ruff format --check .
	@$(MAKE) --no-print-directory lint types imports
	@$(PY) -m tools.policies check
	@$(MAKE) --no-print-directory package test

fmt: setup ## Format the code
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix --select I .

lint: setup ## Lint the code
	@$(PY) -m ruff check .

types: setup ## Check the types (mypy strict)
	@$(PY) -m mypy

imports: setup ## Check who imports whom
	@.venv/bin/lint-imports

policies: setup ## Compile policies/ into the committed bundle, running every inline case
	@$(PY) -m tools.policies build

new-policy: setup ## Start a policy from the template: make new-policy ID=child-seat-harness
	@test -n "$(ID)" || { echo "Say which: make new-policy ID=child-seat-harness"; exit 2; }
	@$(PY) -m tools.policies new "$(ID)" --hazard="$(HAZARD)" --language="$(LANGUAGE)" \
	  $(if $(PATTERN),--pattern)

package: setup ## Build and inspect the deployment package for STAGE in OUT
	@$(PY) -m tools.package --stage "$(STAGE)" --out "$(OUT)"

deploy: setup ## Package and deploy with CloudFormation: make deploy STAGE=prod BUCKET=my-artifacts
	@test -n "$(BUCKET)" || { echo "Say where the zip goes: make deploy STAGE=$(STAGE) BUCKET=my-artifacts"; exit 2; }
	@$(PY) -m tools.deploy --stage "$(STAGE)" --bucket "$(BUCKET)" --out "$(OUT)-$(STAGE)" $(if $(SKIP),--skip "$(SKIP)") $(PARAMETERS)

preflight: setup ## Ask whether a deployment may go on: make preflight STAGE=prod
	@$(PY) -m tools.preflight --stage "$(STAGE)" $(if $(SKIP),--skip "$(SKIP)") $(PARAMETERS)

test: setup ## Run all tests, on as many workers as there are cores (four at most)
	@$(PY) -m pytest -n logical --maxprocesses 4 --dist loadgroup

unit: setup ## Run the unit tests only (no I/O)
	@$(PY) -m pytest tests/unit

contract: setup ## Run the port suites on the fakes and on the emulator
	@$(PY) -m pytest tests/contract

e2e: setup ## Run the tests of the whole app
	@$(PY) -m pytest tests/e2e

repo: setup ## Run the tests of this repository itself
	@$(PY) -m pytest tests/repo

cover: setup ## Run the unit and contract tests with branch coverage
	@$(PY) -m pytest --cov --cov-report=term tests/unit tests/contract

sim: setup ## Simulate faults: make sim SEED=1 RUNS=200
	@$(PY) -m tests.simulation --seed "$(SEED)" --runs "$(RUNS)"

simulate: setup ## Simulate fleets for case-hours: make simulate SEEDS=1-400 HOURS=100000
	@$(PY) -m tests.simulation --fleet --seeds "$(SEEDS)" --hours "$(HOURS)" --cases "$(CASES)" --days "$(DAYS)"

explore: setup ## Explore one case and two linked ones, every command and role, to depth 5
	@$(PY) -m tools.explore

explore-nightly: setup ## Explore each lane with the ladder until nothing new is found
	@$(PY) -m tools.explore --nightly --verbose

mutants: setup ## Plant bugs in a copy of the source, and see that each is found: make mutants FAST=1
	@$(PY) -m tools.mutants $(if $(FAST),--fast)

replay: setup ## Replay a case that happened: make replay CASE=wenzhou-2018
	@test -n "$(CASE)" || { echo "Say which: make replay CASE=wenzhou-2018"; exit 2; }
	@$(PY) -m tools.replay "$(CASE)"

verify-log: setup ## Check an exported audit log: make verify-log EXPORT=folder
	@test -n "$(EXPORT)" || { echo "Say which: make verify-log EXPORT=folder"; exit 2; }
	@$(PY) tools/verify_log.py "$(EXPORT)"

restore-drill: setup ## Rehearse a restore of all tables: make restore-drill LOCAL=1 AT=2026-11-26T03:30:00Z
	@$(PY) -m tools.restore $(if $(LOCAL),--local) $(if $(AT),--at "$(AT)")

release-fixtures: setup ## Keep what this release stores for every later one to read
	@$(PY) -m tests.releases

bench-start: setup ## Measure the cold import of the app
	@$(PY) -m tools.bench.start

bench-cost: setup ## Measure write units per command, and price complaints by tier
	@$(PY) -m tools.bench.cost

bench-load: setup ## Measure lateness per rung on the packaged app, and very many cases at once
	@$(PY) -m tools.bench.load

bench-crash: setup ## Kill workers while they send and while they commit
	@$(PY) -m tools.bench.crash

bench-sweep: setup ## Measure a sweep with 1 k, 10 k and 100 k open cases
	@$(PY) -m tools.bench.sweep

bench-deploy: setup ## Update the packaged app in place with 200 rungs due
	@$(PY) -m tools.bench.deploy

bench-rope: setup ## Measure the reporter's own rope on the packaged app
	@$(PY) -m tools.bench.rope

bench-judge: setup ## Measure how long judging takes, by length, against one alternation
	@$(PY) -m tools.bench.judge

likeness: setup ## Learn from the written complaints how like a danger a text is
	@$(PY) -m tools.likeness

score: setup ## How many dangers of the committed complaints are found, and what rings for nothing
	@$(PY) -m tools.score policies/corpus/evaluation.jsonl

clean: ## Remove what was built; keep .venv/ and the emulator's state
	@rm -rf out out-* .chalice/deployments .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
	@find app.py chalicelib tools tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
