# Everything a person or a CI machine runs here. The work is done by the scripts in bin/.

PORT ?= 8000
# Where browsers find the site decides which Origin a socket may come from, so it follows the port.
SITE_URL ?= http://127.0.0.1:$(PORT)

.PHONY: run test soak check lock bench

run:
	@bin/venv requirements.txt
	@.venv/bin/python manage.py migrate --verbosity 0
	@SITE_URL="$(SITE_URL)" exec .venv/bin/python manage.py serve --host 127.0.0.1 --port "$(PORT)"

test:
	@bin/prepare
	@bin/test

# Faults at random while people talk: make soak MINUTES=30, SEED=<another course of events>, JSON=<file for the figures>.
MINUTES ?= 10
SEED ?= 1
soak:
	@bin/prepare
	@.venv/bin/python -m tests.faults.soak --minutes $(MINUTES) --seed $(SEED) $(if $(JSON),--json $(JSON))

check:
	@bin/prepare
	@bin/check

lock:
	@bin/venv requirements.txt requirements-dev.txt
	@bin/lock

# Parts of it: make bench QUICK=1, ONLY="ceiling peers", SETUPS="daphne-sqlite-1", RUN=<one to go on with>, OUT=<folder>.
bench:
	@bin/prepare
	@.venv/bin/python -m bench $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY)) \
	  $(if $(SETUPS),--setups $(SETUPS)) $(if $(RUN),--run $(RUN)) $(if $(OUT),--out $(OUT))
