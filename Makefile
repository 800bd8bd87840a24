# Everything a newcomer needs: `make run` and `make test`. Each target does the set-up that it lacks.
# Needs on the machine: Python 3.11-3.13 with venv, make, git.

PYTHON ?= python3
CAMPAIGN ?= kaizhou_2020
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Byte code halves every start of Airflow and of Great Expectations.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install run replay test test-unit test-dags test-integration lint bench docs suites lock clean

help:
	@echo "make run       安装、启动并演练示例创建工作，界面保持在 http://localhost:8080"
	@echo "make replay    演练到结束即退出；各阶段均按方案结束时退出码为 0"
	@echo "make test      全部测试（跳过的会说明原因）"
	@echo "make install   只安装，得到 $(BIN)/gaoxin"
	@echo "make lint · make bench · make docs · make suites · make lock · make clean"

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else \
	  f"需要 Python 3.11-3.13，当前为 {v[0]}.{v[1]}；用 make PYTHON=python3.12 指定 / needs Python 3.11-3.13: make PYTHON=python3.12")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "缺少 venv：apt install python3-venv / the venv module is missing: apt install python3-venv"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "安装依赖（约一两分钟） / installing dependencies (a minute or two)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --no-compile -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-compile -e .
	@echo "编译字节码 / compiling byte code"
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib plugins >/dev/null 2>&1 || true
	@touch $@

run: install
	$(BIN)/gaoxin run $(CAMPAIGN) --play

replay: install
	$(BIN)/gaoxin replay $(CAMPAIGN)

test: install
	$(BIN)/python -m pytest tests

test-unit test-dags test-integration: test-%: install
	$(BIN)/python -m pytest tests/$*

lint: install
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	@for f in .ci/run $$(git ls-files '*.sh'); do bash -n $$f || exit 1; done

bench: install
	$(BIN)/python bench/parsing.py

docs: install
	$(BIN)/python -m gaoxin.cli.reference docs

suites: install
	@for plan in dags/*/plan.yaml; do $(BIN)/gaoxin suites write $$(basename $$(dirname $$plan)) || exit 1; done

# The lock carries versions and hashes, no registry's address.
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --custom-compile-command "make lock" pyproject.toml
lock: install
	$(LOCK) --extra dev --python-version 3.11 -o requirements.lock
	$(LOCK) --extra production --python-version 3.12 -c requirements.lock -o requirements-production.lock

clean:
	rm -rf $(VENV) build *.egg-info plugins/*.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
