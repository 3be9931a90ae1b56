# A bare machine needs Python 3.11 or newer (with venv) and make; the rest comes by itself.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
ifeq ($(PYTHON),)
$(error 需要 Python 3.11 或更新的版本 / Python 3.11 or newer is needed)
endif
INSTALL := $(PYTHON) -m config.install
BIN := .venv/bin
PY := $(BIN)/python

.DEFAULT_GOAL := help
.PHONY: help setup run test e2e access prove check fmt bench screenshots messages lock

help: ## Show what there is to do
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18

setup: ## Make .venv with everything, test tools included
	@$(INSTALL) requirements-dev.txt
	@$(PY) -m config.catalogs

run: ## Start the center with all it needs; PORT=8000, Ctrl-C stops it
	@$(INSTALL) requirements.txt
	@exec $(PY) -m config.serve

test: setup ## Run all tests
	@.ci/chromium
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

e2e: setup ## Walk the site in a real browser
	@.ci/chromium
	@$(PY) -m pytest tests/e2e $(ARGS)

access: setup ## Look for what is in the way of people on every page, in all views and themes
	@.ci/chromium
	@EVERYWHERE=1 $(PY) -m pytest tests/config/test_every_page.py $(ARGS)

prove: setup ## Take many random steps, on paper too and eight at once; EXAMPLES=1000
	@EXAMPLES=$(or $(EXAMPLES),1000) $(PY) -m pytest tests/bookings/test_state_machine.py tests/bookings/test_room_races.py -k 'paper or rounds' $(ARGS)

# Migrations are compared with the models only, so this looks for a database where none can be;
# the secret key is for this one check.
check: setup ## Lint, format, templates, types, imports, migrations, deployment
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --check --target-version 5.2
	$(PY) -m mypy .
	$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint()'
	DATABASE_URL=postgres://127.0.0.1:1/nowhere $(PY) -W ignore manage.py makemigrations --check --dry-run
	DEBUG=0 SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))') ALLOWED_HOSTS=localhost \
		$(PY) manage.py check --deploy --fail-level WARNING

fmt: setup ## Format code and templates
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
	find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2

bench: setup ## Measure, with a table of ratios
	@$(PY) -m bench $(ARGS)

screenshots: setup ## Take the pictures in docs/screenshots anew
	@.ci/chromium
	@$(PY) -m docs.screenshots.take

messages: setup ## Collect the words for people anew (needs GNU gettext)
	$(PY) manage.py makemessages -l zh_Hans --no-obsolete --no-wrap --no-location -i .venv -i var -i static-built
	@$(PY) -m config.catalogs

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml
lock: ## Name exact versions with hashes anew (needs uv)
	$(LOCK) -o requirements.txt
	$(LOCK) --extra dev -c requirements.txt -o requirements-dev.txt
