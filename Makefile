# Everything a newcomer needs: `make run` and `make test`. Each target does the set-up that it lacks.
# Needs on the machine: Python 3.11-3.13 with venv, make, git.

PYTHON ?= python3
CAMPAIGN ?= kaizhou_2020
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Modules of tests are shared out between so many processes: each has a PostgreSQL of its own.
JOBS ?= 2
PYTEST = $(BIN)/python -m pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder

# Byte code halves every start of Airflow and of Great Expectations.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install accounts-named run replay test test-unit test-dags test-integration test-browser traces replays faults faults-celery fuzz \
  lint bench bench-intake bench-growth bench-pages screenshots docs suites lock clean

help:
	@echo "make run       安装、启动并演练示例创建工作，界面保持在 http://localhost:8080"
	@echo "make replay    演练到结束即退出；各阶段均按方案结束时退出码为 0"
	@echo "make test      全部测试（跳过的会说明原因）"
	@echo "make install   只安装，得到 $(BIN)/gaoxin"
	@echo "make traces · make replays · make faults · make faults-celery · make fuzz · make lint · make bench · make bench-intake · make bench-growth · make bench-pages"
	@echo "make docs · make screenshots · make suites · make lock · make clean"

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else \
	  f"需要 Python 3.11-3.13，当前为 {v[0]}.{v[1]}；用 make PYTHON=python3.12 指定 / needs Python 3.11-3.13: make PYTHON=python3.12")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "缺少 venv：apt install python3-venv / the venv module is missing: apt install python3-venv"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "安装依赖（约一两分钟） / installing dependencies (a minute or two)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes --no-compile -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --no-compile -e .
	@echo "编译字节码 / compiling byte code"
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib plugins >/dev/null 2>&1 || true
	@touch $@

# A path that is wrong is told before minutes of installing; what stands in the file, before anything starts.
accounts-named:
	@test -z "$$GAOXIN_ACCOUNTS" || test -r "$$GAOXIN_ACCOUNTS" || \
	  { echo "读不了账号文件：$$GAOXIN_ACCOUNTS（GAOXIN_ACCOUNTS） / cannot read the accounts file"; exit 2; }

run: accounts-named install
	$(BIN)/gaoxin run $(CAMPAIGN) --play --with-parent

replay: accounts-named install
	$(BIN)/gaoxin replay $(CAMPAIGN) --with-parent

test: install
	$(PYTEST) -m "not faults and not replays" tests

test-unit test-dags test-integration test-browser: test-%: install
	$(PYTEST) tests/$*

# An hour: each step of a period broken in each way that it can be. FAULTS="database or machine_killed" chooses some.
FAULTS ?= broken_machine or clock_set_back or request_waits or killed_senders
faults: install
	$(BIN)/python -m pytest -n0 -k "$(FAULTS)" tests/faults tests/integration/test_killed_senders.py

# Two hours: Kaizhou, Wansheng and Kundulun through a real Airflow, in order and with all that may go otherwise, and a year of
# Kundulun day by day. REPLAYS=kaizhou or REPLAYS=year chooses.
REPLAYS ?= campaign
replays: install
	$(BIN)/python -m pytest -v -n0 -m replays -k "$(REPLAYS)" tests/replays

# Ten minutes: every campaign played whole with made-up returns, and a thousand of its figures led back to their cells.
traces: install
	TRACED=1000 $(BIN)/python -m pytest -q -n0 tests/integration/test_traced_figures.py

# A quarter of an hour: Celery as in docker-compose.yml, outside containers, whose workers, broker and database are killed.
# Needs redis-server or valkey-server; the packages of production lie in an environment of their own.
CELERY := .venv-celery
faults-celery: install $(CELERY)/.installed
	$(BIN)/python -m pytest -v -n0 tests/faults/under_fab.py tests/faults/under_celery.py

$(CELERY)/.installed: requirements-production.lock
	@test -x $(CELERY)/bin/python || $(PYTHON) -m venv $(CELERY)
	@$(CELERY)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
	  -r requirements-production.lock
	@touch $@

# A few minutes: files broken in two thousand ways of each kind, and others at each call. FUZZ=20000 tries more.
FUZZ ?= 2000
fuzz: install
	FUZZ=$(FUZZ) $(BIN)/python -m pytest -q -n0 tests/unit/containers/test_fuzz.py

lint: install
	$(BIN)/ruff check --no-cache .
	$(BIN)/lint-imports
	$(BIN)/mypy
	@for f in .ci/run $$(git ls-files '*.sh'); do bash -n $$f || exit 1; done

# dag-factory is for comparison only: it lies apart from the environment, and without it the rest is measured all the same.
bench: install
	@test bench/.packages/.installed -nt bench/requirements.txt || { rm -rf bench/.packages; \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check --target bench/.packages --no-deps --require-hashes \
	  -r bench/requirements.txt && touch bench/.packages/.installed; } || \
	  echo "装不上 dag-factory，其余照测 / dag-factory cannot be installed, the rest is measured"
	$(BIN)/python bench/parsing.py
	@test bench/.peers/.installed -nt bench/peers.txt || { rm -rf bench/.peers; \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check --target bench/.peers --no-deps --require-hashes \
	  -r bench/peers.txt && touch bench/.peers/.installed; } || \
	  echo "装不上 Banff 和 vaskify，其余照测 / Banff and vaskify cannot be installed, the rest is measured"
	$(BIN)/python bench/detection.py

# Some minutes: one return, a period of them, registers; beside what others take for the same.
bench-intake: install
	@test bench/.packages/.installed -nt bench/requirements.txt || { rm -rf bench/.packages; \
	  $(BIN)/python -m pip install -qq --disable-pip-version-check --target bench/.packages --no-deps --require-hashes \
	  -r bench/requirements.txt && touch bench/.packages/.installed; }
	$(BIN)/python bench/intake.py

# A quarter of an hour: warehouses of up to five million facts.
bench-growth: install
	$(BIN)/python bench/growth.py

# Needs a warehouse of five million facts: KEPT=DIR keeps it for the next time.
bench-pages: install
	$(BIN)/python bench/pages.py $(if $(KEPT),--keep $(KEPT))

# Ten minutes: the sample campaign is played and looked at. Needs Chromium.
screenshots: install
	$(BIN)/python docs/screenshots.py

docs: install
	$(BIN)/typer gaoxin.cli.main utils docs --name gaoxin --title "gaoxin: commands (generated by make docs)" --output docs/commands.md
	$(BIN)/python docs/settings.py
	$(BIN)/python docs/plan_format.py
	$(BIN)/python docs/plan_checks.py
	$(BIN)/python docs/mappings.py
	$(BIN)/python docs/plan_check.py
	$(BIN)/python docs/checks.py
	$(BIN)/python docs/messages.py
	$(BIN)/python docs/accounts.py

suites: install
	@for plan in dags/*/plan.yaml; do $(BIN)/gaoxin suites write $$(basename $$(dirname $$plan)) || exit 1; done

# The lock carries versions and hashes, no registry's address.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --custom-compile-command "make lock" pyproject.toml
lock: install
	$(LOCK) --extra dev --extra browser --extra s3 --extra sftp -o requirements.lock
	$(LOCK) --extra production --extra s3 --extra sftp -c requirements.lock -o requirements-production.lock

clean:
	rm -rf $(VENV) $(CELERY) bench/.packages bench/.peers build *.egg-info plugins/*.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache
