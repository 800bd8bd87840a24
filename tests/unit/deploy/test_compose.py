"""docker-compose.yml: its shape, its secrets, who may reach whom, and that all it names exists in the image."""

from __future__ import annotations

import json
import re
import runpy
import sys
from pathlib import Path
from types import ModuleType

import pytest
from jsonschema import Draft202012Validator

from gaoxin import __version__
from gaoxin.settings import OTHERS, Settings
from tests.unit.deploy import composefile as cf

HERE = Path(__file__).parent
COMPOSE = cf.compose()
SERVICES = COMPOSE["services"]
ONE_SHOT = {"init", "cli"}
OURS = sorted(name for name, service in SERVICES.items() if service["image"].startswith("gaoxin:"))
RUNNING = sorted(set(SERVICES) - ONE_SHOT)
SCHEMA = json.loads((HERE / "compose-spec.json").read_text(encoding="utf-8"))


def faults(document: dict) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMA).iter_errors(document)]


def test_it_follows_the_compose_schema():
    assert faults(COMPOSE) == []


@pytest.mark.parametrize(
    ("service", "key", "value"),
    [("worker", "comand", ["airflow"]), ("worker", "secrets", "all"), ("init", "depends_on", {"postgres": {"condition": "up"}})],
)
def test_the_schema_finds_faults(service, key, value):
    broken = cf.compose()
    broken["services"][service][key] = value
    assert faults(broken)


def test_the_services_of_a_production_airflow_are_there():
    assert set(RUNNING) == {"postgres", "valkey", "api-server", "scheduler", "dag-processor", "triggerer", "worker", "alive"}
    assert set(OURS) == {"init", "cli", "api-server", "scheduler", "dag-processor", "triggerer", "worker", "alive"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_images_have_an_exact_tag(name):
    image = SERVICES[name]["image"]
    tag = image.rpartition(":")[2]
    assert re.match(r"\d+\.\d+", tag), image
    assert "latest" not in tag


def test_the_image_has_the_version_of_the_library():
    assert {SERVICES[name]["image"] for name in OURS} == {f"gaoxin:{__version__}"}


@pytest.mark.parametrize("name", RUNNING)
def test_a_running_service_is_watched_restarted_and_bounded(name):
    service = SERVICES[name]
    assert service["healthcheck"]["test"]
    assert {"interval", "timeout", "retries", "start_period"} <= set(service["healthcheck"])
    assert service["restart"] == "unless-stopped"
    assert {"cpus", "memory"} == set(service["deploy"]["resources"]["limits"])
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"]["max-size"]


def test_one_shots_are_not_restarted_and_the_others_wait_for_init():
    assert all(SERVICES[name]["restart"] == "no" for name in ONE_SHOT)
    for name in sorted(set(OURS) - {"init"}):
        assert SERVICES[name]["depends_on"]["init"] == {"condition": "service_completed_successfully"}, name
    assert SERVICES["cli"]["profiles"], "the command line must not start with the rest"


def test_every_secret_is_declared_written_and_used():
    declared = set(COMPOSE["secrets"])
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == declared
    script = (cf.REPOSITORY / "deploy/make-secrets.sh").read_text(encoding="utf-8")
    assert set(re.findall(r"^keep (\w+) ", script, re.MULTILINE)) == declared
    assert {name: entry["file"] for name, entry in COMPOSE["secrets"].items()} == {n: f"./secrets/{n}" for n in declared}


def test_a_service_is_given_each_secret_that_it_reads():
    """A secret.py call of a variable, or entrypoint.sh, fails at start when the file is not mounted."""
    looked_at = 0
    for name in OURS:
        given = set(SERVICES[name].get("secrets", []))
        for value in cf.environment(SERVICES[name]).values():
            if match := re.fullmatch(r"python /opt/gaoxin/deploy/secret\.py (\w+) (\w+)", value):
                kind, what = match.groups()
                needed = {"value": what, "database": f"{what}_db_password", "broker": "valkey_password",
                          "warehouse": f"gaoxin_{what}_password"}[kind]
                assert needed in given, f"{name} reads {needed}"
                looked_at += 1
            if match := re.fullmatch(r"/run/secrets/(\w+)", value):
                assert match.group(1) in given, f"{name} reads {match.group(1)}"
    assert looked_at > 10


def test_no_password_or_key_is_written_out():
    for name, service in SERVICES.items():
        for key, value in cf.environment(service).items():
            if re.search(r"PASSWORD|SECRET|FERNET|_KEY|CONN|BROKER_URL|RESULT_BACKEND", key):
                assert key.endswith(("_CMD", "_FILE")), f"{name}: {key} holds a secret itself"
            assert not re.search(r"://[^/\s]*:[^/\s]*@", value), f"{name}: {key} holds a password"
    example = (cf.REPOSITORY / ".env.example").read_text(encoding="utf-8")
    assert not re.findall(r"^\w*(?:PASSWORD|SECRET|TOKEN|_KEY)\w*=", example, re.MULTILINE)


def test_the_example_of_settings_names_what_compose_reads_with_the_same_defaults():
    source = (cf.REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8")
    read = dict(re.findall(r"(?<!\$)\$\{(\w+):-([^}]*)\}", source)) | {"PIP_INDEX_URL": ""}
    example = dict(
        re.findall(r"^(\w+)=(.*)$", (cf.REPOSITORY / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert example == read


def test_ports_are_published_on_loopback_only():
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"api-server": ["127.0.0.1:8080:8080"]}


def test_a_worker_holds_no_key_to_airflows_metadata():
    for name in ("worker", "cli"):
        assert not {"airflow_db_password", "fernet_key", "jwt_secret", "postgres_password"} & set(SERVICES[name]["secrets"])
        assert "metadata" not in SERVICES[name]["networks"]
    for name in ("scheduler", "dag-processor", "triggerer"):
        assert not {secret for secret in SERVICES[name]["secrets"] if secret.startswith("gaoxin_")}
    for name in ("api-server", "dag-processor", "triggerer"):
        assert "valkey_password" not in SERVICES[name]["secrets"]


def test_the_pages_stand_on_the_warehouse_and_its_files():
    """Without them they would make a warehouse of their own in their container, empty, and say so to nobody."""
    pages, worker = SERVICES["api-server"], SERVICES["worker"]
    assert "gaoxin_writer_password" in pages["secrets"]
    assert "warehouse" in pages["networks"]
    assert set(worker["volumes"]) <= set(pages["volumes"])
    assert {k: v for k, v in cf.environment(worker).items() if k.startswith("GAOXIN_")}.items() - {("GAOXIN_PRELOAD", "true")} \
        <= cf.environment(pages).items()
    elsewhere = (cf.REPOSITORY / "deploy/entrypoint.sh").read_text(encoding="utf-8")
    assert "this-service-has-no-warehouse.invalid" in elsewhere, "nor does any other service find one of its own"


def test_only_what_runs_once_may_change_what_was_recorded():
    holders = {role: {name for name, service in SERVICES.items() if f"gaoxin_{role}_password" in service.get("secrets", [])}
               for role in ("owner", "writer", "auditor")}
    # The server's own image reads them once, when it makes the roles.
    assert holders == {"owner": {"postgres", "init"}, "auditor": {"postgres"},
                       "writer": {"postgres", "init", "worker", "cli", "api-server", "alive"}}
    assert SERVICES["init"]["restart"] == "no"


def test_services_share_a_network_with_what_they_speak_to_and_no_more():
    networks = {name: set(service["networks"]) for name, service in SERVICES.items()}
    speaks = {
        "init": {"postgres"}, "cli": {"postgres"}, "alive": {"postgres"}, "api-server": {"postgres", "worker", "triggerer"},
        "scheduler": {"postgres", "valkey"}, "dag-processor": {"postgres"}, "triggerer": {"postgres"},
        "worker": {"postgres", "valkey", "api-server"},
    }
    for name, others in speaks.items():
        for other in others:
            assert networks[name] & networks[other], f"{name} cannot reach {other}"
    reach_valkey = {name for name in networks if networks[name] & networks["valkey"]} - {"valkey"}
    assert reach_valkey == {"scheduler", "worker"}
    inside = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    ways_out = {name for name, own in networks.items() if own - inside}
    assert ways_out == {"api-server", "worker", "alive"}, "only the pages, the mail and the alarm leave the machine"


def test_secrets_that_must_agree_come_from_the_same_file():
    for variable in ("AIRFLOW__API__SECRET_KEY_CMD", "AIRFLOW__API_AUTH__JWT_SECRET_CMD", "AIRFLOW__CORE__FERNET_KEY_CMD",
                     "AIRFLOW__CELERY__BROKER_URL_CMD", "AIRFLOW__CELERY__RESULT_BACKEND_CMD",
                     "AIRFLOW__CORE__EXECUTION_API_SERVER_URL"):
        values = {cf.environment(SERVICES[name]).get(variable) for name in OURS} - {None}
        assert len(values) == 1, variable


def test_every_gaoxin_variable_is_a_setting():
    known = {f"GAOXIN_{name}".upper() for name in Settings.model_fields} | {"GAOXIN_INBOX", "GAOXIN_PLANS", *OTHERS}
    used = {key for name in OURS for key in cf.environment(SERVICES[name]) if key.startswith("GAOXIN_")}
    used |= {key for key in cf.image_environment() if key.startswith("GAOXIN_")}
    used |= set(re.findall(r"export (GAOXIN_\w+)", (cf.REPOSITORY / "deploy/entrypoint.sh").read_text(encoding="utf-8")))
    assert {"GAOXIN_HOME", "GAOXIN_DATABASE_URL", "GAOXIN_PRELOAD"} <= used
    assert used <= known


@pytest.mark.parametrize(("told", "loads"), [(None, True), ("0", False)])
def test_a_worker_loads_the_rules_engine_before_it_forks(monkeypatch, told, loads):
    """By the variable that the compose file gives it, as Airflow reads it at start; nothing is loaded without."""
    monkeypatch.setenv("GAOXIN_PRELOAD", told or cf.environment(SERVICES["worker"])["GAOXIN_PRELOAD"])
    for module in ("great_expectations", "great_expectations.expectations", "gaoxin.airflow.factory", "gaoxin.campaign.flows"):
        monkeypatch.setitem(sys.modules, module, ModuleType(module))
    found = runpy.run_path(str(cf.REPOSITORY / "config/airflow_local_settings.py"))
    assert ("great_expectations" in found) is loads


def test_settings_take_the_values_that_a_worker_is_given(monkeypatch):
    for key, value in (cf.image_environment() | cf.environment(SERVICES["worker"])).items():
        if key.startswith("GAOXIN_"):
            monkeypatch.setenv(key, value)
    settings = Settings()
    assert str(settings.inbox) == "/opt/gaoxin/inbox"
    assert str(settings.var) == "/opt/gaoxin/var"
    assert str(settings.contacts) == "/run/secrets/contacts"


def test_every_path_of_the_image_that_is_named_comes_from_this_checkout():
    source = (cf.REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8") + cf.dockerfile().split("\nFROM ")[-1]
    source += (cf.REPOSITORY / "deploy/airflow.cfg").read_text(encoding="utf-8")
    named = set(re.findall(r"/opt/gaoxin/[\w./-]+\.(?:sh|py|cfg)\b", source))
    assert len(named) >= 6
    for path in sorted(named):
        found = cf.in_checkout(path)
        assert found is not None, path
        assert found.is_file(), path


def test_bind_mounts_exist_and_named_volumes_are_declared():
    seen = 0
    for name, service in SERVICES.items():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            seen += 1
            if source.startswith("./"):
                assert (cf.REPOSITORY / source).is_file(), f"{name}: {source}"
                assert mount.endswith(":ro"), f"{name}: {mount}"
            else:
                assert source in COMPOSE["volumes"], f"{name}: {source}"
    assert seen > 8


@pytest.mark.parametrize("name", OURS)
def test_commands_are_in_the_image(name):
    """airflow's own sub-commands are checked against Airflow in tests/integration/test_compose_commands.py."""
    program = SERVICES[name]["command"][0]
    if program.startswith("/opt/gaoxin/"):
        source = cf.in_checkout(program)
        assert source
        assert cf.is_executable(source)
    else:
        assert program == "airflow" or cf.is_executable(cf.REPOSITORY / "deploy/bin" / program)
