# Two commands: `make demo` and `make test`. Each does all its own set-up.
.PHONY: help setup demo test lint bench clean up
.DEFAULT_GOAL := help
PY := .venv/bin/python

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ -/'

setup: .venv/ready  ## make .venv from the locked requirements

.venv/ready: requirements-dev.txt tools/setup.sh
	@sh tools/setup.sh

demo: setup  ## a ministry's day on simulated platforms; Ctrl-C ends it
	@exec $(PY) manage.py demo

up: setup  ## worker, desk and portal with your own .env
	@exec $(PY) manage.py up

test: setup  ## every test: rooms, both databases, a real browser
	@$(PY) -m pytest -n auto --maxprocesses=4 --dist loadfile --no-loadscope-reorder --durations=20 $(ARGS)

lint: setup  ## ruff, mypy --strict, import contracts
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy . && .venv/bin/lint-imports

bench: setup  ## the figures of docs/performance.md, quick sizes (see bench/README.md for full ones)
	@$(PY) -m bench --quick

clean:  ## remove .venv, var and caches
	rm -rf .venv var .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
