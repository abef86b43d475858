# make demo   set everything up and serve it on http://127.0.0.1:8000 (PORT=..., SERVE=0 not to serve)
# make test   everything that must hold
# make lock   resolve the locks anew (needs uv)

PYTHON_FOUND = $(firstword $(shell PYTHON="$(PYTHON)" .ci/python))
VENV ?= .venv
PORT ?= 8000
SERVE ?= 1
MANAGE = SITE_URL=$${SITE_URL:-http://127.0.0.1:$(PORT)} $(VENV)/bin/python manage.py

.PHONY: demo test lock
.DELETE_ON_ERROR:

demo: $(VENV)/.stamp .env
	$(MANAGE) migrate --verbosity 0
	$(MANAGE) prepare_demo
ifneq ($(SERVE),0)
	$(MANAGE) runserver --noreload 127.0.0.1:$(PORT)
endif

test: $(VENV)/.stamp-dev
	.ci/suite $(VENV)

$(VENV)/.stamp: requirements.lock
	.ci/environment "$(PYTHON_FOUND)" $(VENV) requirements.lock
	touch $@

$(VENV)/.stamp-dev: requirements-dev.lock
	.ci/environment "$(PYTHON_FOUND)" $(VENV) requirements-dev.lock
	touch $(VENV)/.stamp $@

.env:
	$(VENV)/bin/python -c 'import secrets; print("DEBUG=on\nSECRET_KEY=" + secrets.token_urlsafe(50))' > $@

LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-strip-extras \
	--no-emit-index-url --no-emit-find-links pyproject.toml

lock:
	$(LOCK) --output-file requirements.lock
	$(LOCK) --group dev --constraints requirements.lock --output-file requirements-dev.lock
