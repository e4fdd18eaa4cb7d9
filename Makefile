# From a clean checkout, with Python 3.11 or newer and nothing else:
#   make demo   opens the app on simulated models: no key, no network, no server
#   make test   runs everything that CI runs
PYTHON ?= python3
BIN := .venv/bin
WHEEL_VENV := .make/wheel

.PHONY: demo run test lint types contracts unit test-servers package screenshots benchmarks clean

demo: .venv/.app
	@$(BIN)/modeldeck --demo

run: .venv/.app
	@$(BIN)/modeldeck

test: lint types contracts unit package

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy

contracts: .venv/.dev
	$(BIN)/lint-imports

unit: .venv/.dev
	$(BIN)/pytest -n auto

# Against a server that runs already, e.g. `llama-server -m model.gguf`.
SERVER ?= http://127.0.0.1:8080
test-servers: .venv/.dev
	MODELDECK_TEST_SERVER_URL=$(SERVER) $(BIN)/pytest tests/servers

# The built wheel must work alone: its own venv, its own folders, away from the checkout.
package: .venv/.dev
	rm -rf dist $(WHEEL_VENV)
	$(BIN)/python -m build --outdir dist .
	$(PYTHON) -m venv $(WHEEL_VENV)
	$(WHEEL_VENV)/bin/python -m pip install -q dist/*.whl
	$(BIN)/python scripts/check_wheel.py $(WHEEL_VENV)

screenshots: .venv/.dev
	$(BIN)/python scripts/screenshots.py

benchmarks: .venv/.dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .make dist

.venv/.app: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q -e .
	@touch $@

.venv/.dev: .venv/.app
	$(BIN)/python -m pip install -q -e '.[dev]'
	@touch $@
