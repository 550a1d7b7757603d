# Two commands from nothing: `make demo`, `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE ?=

.PHONY: demo test setup setup-dev check messages bench clean

demo: $(VENV)/.runtime  ## the demo, served at http://127.0.0.1:8000
	$(BIN)/grappe demo

setup: $(VENV)/.runtime  ## the environment

setup-dev: $(VENV)/.dev

test: $(VENV)/.dev  ## everything: style, types, house, both databases, browser
	scripts/system test
	$(BIN)/python scripts/test.py

check: $(VENV)/.dev  ## style, types and the house's rules, without the tests
	$(BIN)/python scripts/test.py --only check

messages: $(VENV)/.dev  ## gather the screen's words into the catalogues
	scripts/system messages
	$(BIN)/python scripts/messages.py

bench: $(VENV)/.dev  ## response times of the demo's pages, and of a cluster of 10,000 firms
	$(BIN)/python scripts/bench_pages.py
	$(BIN)/python scripts/bench_pages.py --firms 10000

$(VENV)/.runtime: requirements/runtime.txt scripts/setup.py src/grappe/locale/en/LC_MESSAGES/django.po
	PYTHON=$(PYTHON) scripts/system setup
	test -e $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python scripts/setup.py runtime
	touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	$(BIN)/python scripts/setup.py dev
	touch $@

clean:
	rm -rf $(VENV) var
