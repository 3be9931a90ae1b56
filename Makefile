# A bare machine needs Python 3.11 or newer (with venv) and make; the rest comes by itself.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
ifeq ($(PYTHON),)
$(error 需要 Python 3.11 或更新的版本 / Python 3.11 or newer is needed)
endif
INSTALL := $(PYTHON) -m config.install
VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup run test e2e check fmt bench messages lock

help: ## Show what there is to do
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18

setup: ## Make .venv with everything, test tools included
	@$(INSTALL) requirements-dev.txt
	@$(VENV) -m config.catalogs

run: ## Start the center with all it needs; PORT=8000, Ctrl-C stops it
	@$(INSTALL) requirements.txt
	@exec $(VENV) -m config.serve

test: setup ## Run all tests
	@.ci/chromium
	@$(VENV) -m pytest -n 2 $(ARGS)

e2e: setup ## Walk the site in a real browser
	@.ci/chromium
	@$(VENV) -m pytest tests/e2e $(ARGS)

# Migrations are compared with the models only, so this looks for a database where none can be;
# the secret key is for this one check.
check: setup ## Lint, format, templates, types, imports, migrations, deployment
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	find templates -name '*.html' -print0 | xargs -0 $(VENV) -m djade --check --target-version 5.2
	$(VENV) -m mypy .
	$(VENV) -c 'from importlinter.cli import lint_imports_command as lint; lint()'
	DATABASE_URL=postgres://%2Fnowhere/center $(VENV) -W ignore manage.py makemigrations --check --dry-run
	DEBUG=0 SECRET_KEY=$$($(VENV) -c 'import secrets; print(secrets.token_urlsafe(50))') ALLOWED_HOSTS=localhost \
		$(VENV) manage.py check --deploy --fail-level WARNING

fmt: setup ## Format code and templates
	$(VENV) -m ruff check --fix .
	$(VENV) -m ruff format .
	find templates -name '*.html' -print0 | xargs -0 $(VENV) -m djade --target-version 5.2

bench: setup ## Measure, with a table of ratios
	@$(VENV) -m bench $(ARGS)

messages: setup ## Collect the words for people anew (needs GNU gettext)
	$(VENV) manage.py makemessages -l zh_Hans --no-obsolete --no-wrap -i .venv -i var -i static-built
	@$(VENV) -m config.catalogs

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url pyproject.toml
lock: ## Name exact versions with hashes anew (needs uv)
	$(LOCK) -o requirements.txt
	$(LOCK) --extra dev -o requirements-dev.txt
