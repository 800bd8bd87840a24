"""Dockerfile, .dockerignore, the lock and the scripts of the image. Scripts are run as they are; no Docker is needed."""

from __future__ import annotations

import base64
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.deploy import composefile as cf

DEPLOY = cf.REPOSITORY / "deploy"
SCRIPTS = sorted([*DEPLOY.glob("*.sh"), *DEPLOY.glob("postgres/*.sh")])
LOCK = (cf.REPOSITORY / "requirements-production.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((cf.REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
DIRECT = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["production"]


def pins_of(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", lock, re.MULTILINE))


def name_of(requirement: str) -> str:
    (found,) = re.findall(r"^[\w.-]+", requirement)
    return found.lower().replace("_", "-")


def ignore_lines() -> list[str]:
    text = (cf.REPOSITORY / ".dockerignore").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_every_copied_folder_exists_and_reaches_the_builder():
    allowed = {line[1:] for line in ignore_lines() if line.startswith("!")}
    assert {"plugins", "dags", "expectations", "sql", "config", "deploy", "requirements-production.lock"} == set(cf.copied())
    for source in cf.copied():
        assert (cf.REPOSITORY / source).exists(), source
    assert set(cf.copied()) == allowed


def test_dockerignore_is_an_allow_list():
    assert ignore_lines()[0] == "*"


def test_the_image_is_pinned_unprivileged_and_compiled():
    text = cf.dockerfile()
    bases = set(re.findall(r"^FROM (\S+)", text, re.MULTILINE))
    assert bases == {"${PYTHON_IMAGE}"}
    assert re.search(r"^ARG PYTHON_IMAGE=python:3\.1[123]\.\d+-slim-\w+$", text, re.MULTILINE)
    assert "--require-hashes" in text
    assert "compileall" in text
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE)[-1] == "gaoxin"
    assert "PYTHONDONTWRITEBYTECODE" not in cf.image_environment(), "each airflow command would start seconds later"


def test_the_library_finds_its_folders_where_the_image_puts_them():
    """settings.py takes dags/, expectations/ and sql/ from two folders above itself."""
    places = cf.copied()
    assert places["plugins"] == "/opt/gaoxin/plugins/"
    for folder in ("dags", "expectations", "sql"):
        assert places[folder] == f"/opt/gaoxin/{folder}/"
    assert cf.image_environment()["GAOXIN_HOME"] == "/opt/gaoxin"


def test_the_command_line_of_the_image_is_the_projects():
    module, function = PROJECT["project"]["scripts"]["gaoxin"].split(":")
    script = (DEPLOY / "bin/gaoxin").read_text(encoding="utf-8")
    assert f"from {module} import {function}\n" in script
    assert script.rstrip().endswith(f"sys.exit({function}())")
    assert script.startswith("#!/opt/venv/bin/python\n")


def test_the_lock_holds_every_direct_requirement_with_hashes_and_no_registrys_address():
    pins = re.findall(r"^([\w.-]+)==\S+(.*?)(?=^\S|\Z)", LOCK, re.MULTILINE | re.DOTALL)
    assert len(pins) > 100
    assert all("--hash=sha256:" in rest for _, rest in pins)
    locked = {name_of(name) for name, _ in pins}
    assert {name_of(requirement) for requirement in DIRECT} <= locked
    assert not re.search(r"https?://|--index-url|--find-links|file:", LOCK)


def test_the_two_locks_agree():
    """What was tested is what is deployed. python-dateutil is capped by the FAB provider: see decision 022."""
    tested, deployed = pins_of((cf.REPOSITORY / "requirements.lock").read_text(encoding="utf-8")), pins_of(LOCK)
    shared = set(tested) & set(deployed)
    assert len(shared) > 100
    assert {name for name in shared if tested[name] != deployed[name]} <= {"python-dateutil"}


def test_celery_is_held_where_the_provider_can_import_it():
    """The Celery provider 3.26 fails with 5.7, though its requirement allows it: see decision 022."""
    if pins_of(LOCK)["apache-airflow-providers-celery"].startswith("3.26."):
        assert tuple(map(int, pins_of(LOCK)["celery"].split("."))) < (5, 7)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_valid_and_executable(script):
    shell = "sh" if script.read_text(encoding="utf-8").startswith("#!/bin/sh") else "bash"
    subprocess.run([shell, "-n", script], check=True)
    assert cf.is_executable(script)
    if shutil.which("shellcheck"):
        subprocess.run(["shellcheck", script], check=True)


def make_secrets(folder: Path) -> str:
    done = subprocess.run([DEPLOY / "make-secrets.sh", folder], check=True, capture_output=True, text=True)
    return done.stdout


def test_secrets_are_made_once_and_are_strong(tmp_path):
    folder = tmp_path / "secrets"
    make_secrets(folder)
    first = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert set(cf.compose()["secrets"]) == set(first) - {".gitignore"}
    assert len(bytes.fromhex(first["jwt_secret"])) >= 64, "HS512 needs 64 bytes"
    assert len(base64.urlsafe_b64decode(first["fernet_key"])) == 32
    assert len(first["admin_password"]) >= 12
    random = [value for name, value in first.items() if name not in {"contacts", "mail_connection", ".gitignore"}]
    assert len(set(random)) == len(random) == 10
    assert folder.stat().st_mode & 0o777 == 0o700
    assert first[".gitignore"].strip() == "*"
    (folder / "jwt_secret").unlink()
    said = make_secrets(folder)
    assert said.count("kept") == 10
    again = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert [name for name in first if first[name] != again[name]] == ["jwt_secret"]


def secret(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-S", DEPLOY / "secret.py", *arguments],
        capture_output=True, text=True, env={"SECRETS_DIR": str(folder), "PYTHONUTF8": "1", **env},
    )


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40))
def test_any_password_survives_its_way_through_an_address(tmp_path, password):
    (tmp_path / "gaoxin_writer_password").write_text(password + "\n", encoding="utf-8")
    url = secret(tmp_path, "warehouse", "writer").stdout
    match = re.fullmatch(r"postgresql\+psycopg2://gaoxin_writer:([^:/@?#\s]+)@postgres:5432/gaoxin", url)
    assert match, url
    assert unquote(match.group(1)) == password


def test_addresses_follow_the_environment(tmp_path):
    (tmp_path / "valkey_password").write_text("a b", encoding="utf-8")
    (tmp_path / "airflow_db_password").write_text("x", encoding="utf-8")
    assert secret(tmp_path, "broker", "1", BROKER_HOST="queue", BROKER_PORT="1").stdout == "redis://:a%20b@queue:1/1"
    url = secret(tmp_path, "database", "airflow", DB_HOST="db", DB_PORT="2", DB_OPTIONS="sslmode=verify-full").stdout
    assert url == "postgresql+psycopg2://airflow:x@db:2/airflow?sslmode=verify-full"


@pytest.mark.parametrize(("content", "word"), [(None, "cannot read"), (" \n", "empty")])
def test_a_missing_or_empty_secret_is_said_and_never_taken(tmp_path, content, word):
    if content is not None:
        (tmp_path / "jwt_secret").write_text(content, encoding="utf-8")
    done = secret(tmp_path, "value", "jwt_secret")
    assert done.returncode == 1
    assert done.stdout == ""
    assert word in done.stderr
    assert "jwt_secret" in done.stderr


def entrypoint(folder: Path, **env: str) -> str:
    python = str(Path(sys.executable).parent)
    done = subprocess.run(
        [DEPLOY / "entrypoint.sh", "sh", "-c", "echo \"${GAOXIN_DATABASE_URL-unset} ${GAOXIN_OWNER_URL-unset} $(umask)\""],
        check=True, capture_output=True, text=True, env={"PATH": f"{python}:/usr/bin:/bin", "SECRETS_DIR": str(folder), **env},
    )
    return done.stdout.strip()


def test_the_entrypoint_hands_on_the_warehouse_only_to_a_service_that_has_its_secret(tmp_path):
    assert entrypoint(tmp_path) == "postgresql+psycopg2://this-service-has-no-warehouse.invalid/gaoxin unset 0077"
    (tmp_path / "gaoxin_writer_password").write_text("p@ss", encoding="utf-8")
    writes = "postgresql+psycopg2://gaoxin_writer:p%40ss@postgres:5432/gaoxin"
    assert entrypoint(tmp_path) == f"{writes} unset 0077"
    assert entrypoint(tmp_path, GAOXIN_DATABASE_URL="given") == "given unset 0077"
    (tmp_path / "gaoxin_owner_password").write_text("o", encoding="utf-8")
    assert entrypoint(tmp_path) == f"{writes} postgresql+psycopg2://gaoxin_owner:o@postgres:5432/gaoxin 0077"


def test_the_broker_gets_its_password_on_standard_input_only(tmp_path):
    (tmp_path / "valkey_password").write_text("hidden\n", encoding="utf-8")
    server = tmp_path / "server"
    server.write_text("#!/bin/sh\necho \"arguments: $*\"\nenv | grep -c hidden\ncat\n", encoding="utf-8")
    server.chmod(0o755)
    env = {
        "PATH": "/usr/bin:/bin", "SECRETS_DIR": str(tmp_path),
        "VALKEY_CONF": str(DEPLOY / "valkey.conf"), "VALKEY_START": str(server),
    }
    done = subprocess.run(["sh", DEPLOY / "valkey.sh"], check=True, capture_output=True, text=True, env=env)
    lines = done.stdout.splitlines()
    assert lines[:2] == ["arguments: -", "0"]
    assert lines[-1] == "requirepass hidden"
    assert "maxmemory-policy noeviction" in lines
    (tmp_path / "valkey_password").write_text("\n", encoding="utf-8")
    assert subprocess.run(["sh", DEPLOY / "valkey.sh"], capture_output=True, env=env).returncode == 1


@pytest.mark.parametrize(
    ("status", "body", "well"),
    [
        (200, {"metadatabase": {"status": "healthy"}, "scheduler": {"status": "unhealthy"}}, True),
        (200, {"metadatabase": {"status": "unhealthy"}, "scheduler": {"status": "healthy"}}, False),
        (200, {"something": "else"}, False),
        (200, "<!doctype html>", False),
        (503, {"metadatabase": {"status": "healthy"}}, False),
    ],
)
def test_the_health_of_the_api_server_is_read_from_its_answer(monkeypatch, status, body, well):
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write((body if isinstance(body, str) else json.dumps(body)).encode())

        def log_message(self, *_):
            """Keeps the test's output quiet."""

    monkeypatch.syspath_prepend(str(DEPLOY))
    import healthcheck

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setitem(healthcheck.PLACES, "api", (f"http://127.0.0.1:{server.server_port}/", "metadatabase"))
        assert (healthcheck.main(["api"]) == 0) is well
        server.shutdown()


def test_health_of_nobody_is_bad(monkeypatch, capsys):
    monkeypatch.syspath_prepend(str(DEPLOY))
    import healthcheck

    monkeypatch.setitem(healthcheck.PLACES, "scheduler", ("http://127.0.0.1:1/health", None))
    assert healthcheck.main(["scheduler"]) == 1
    assert "127.0.0.1:1" in capsys.readouterr().out
    assert healthcheck.main(["moon"]) == 2
