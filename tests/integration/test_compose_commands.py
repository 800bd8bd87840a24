"""What docker-compose.yml and deploy/airflow.cfg tell Airflow, checked against the Airflow that is installed.

A misspelt option is silently ignored by Airflow, and a misspelt sub-command fails only when the container starts.
Options of providers that serve production alone (FAB, Celery) are checked where those are installed, else their sections
are named as skipped.
"""

from __future__ import annotations

import configparser
import importlib
import importlib.util
import json
import re
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("airflow", reason="Airflow is not installed")

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from gaoxin.postgres import roles
from tests.unit.deploy import composefile as cf

PRODUCTION = {
    "fab": "airflow.providers.fab",
    "celery": "airflow.providers.celery",
    "celery_broker_transport_options": "airflow.providers.celery",
}
COMPOSE = cf.compose()
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"].startswith("gaoxin:")}


def installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@pytest.fixture(scope="module")
def options(tmp_path_factory) -> dict[str, dict[str, dict]]:
    """Every option of the installed Airflow and its providers: {section: {option: description}}."""
    home = tmp_path_factory.mktemp("airflow")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_HOME", str(home))
        from airflow.configuration import conf
        from airflow.providers_manager import ProvidersManager

        ProvidersManager().initialize_providers_configuration()
        return {section: dict(what["options"]) for section, what in conf.configuration_description.items()}


def variables() -> list[tuple[str, str, str]]:
    """(service, section, option) of every AIRFLOW__SECTION__OPTION in the compose file; a trailing _cmd is kept."""
    found = []
    for name, service in OURS.items():
        for key in cf.environment(service):
            if match := re.fullmatch(r"AIRFLOW__([A-Z_]+?)__([A-Z_]+)", key):
                found.append((name, match.group(1).lower(), match.group(2).lower()))
    return found


def known(options: dict, section: str, option: str) -> bool | None:
    """None when the section belongs to a provider that is not installed here."""
    if section in PRODUCTION and not installed(PRODUCTION[section]):
        return None
    return option in options.get(section, {})


def test_every_variable_is_an_option_and_a_command_variant_only_of_a_secret_one(options):
    looked_at = 0
    for name, section, option in variables():
        plain = option.removesuffix("_cmd")
        if (answer := known(options, section, plain)) is None:
            continue
        assert answer, f"{name}: [{section}] {plain} is no option of this Airflow"
        if option != plain:
            assert options[section][plain].get("sensitive"), f"{name}: Airflow ignores _CMD of [{section}] {plain}"
        looked_at += 1
    assert looked_at >= 20


def airflow_cfg() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(cf.REPOSITORY / "deploy/airflow.cfg", encoding="utf-8")
    return parser


def test_every_line_of_airflow_cfg_is_an_option(options):
    looked_at = 0
    for section in airflow_cfg().sections():
        for option in airflow_cfg()[section]:
            answer = known(options, section, option)
            assert answer is not False, f"[{section}] {option} is no option of this Airflow"
            looked_at += answer is True
    assert looked_at >= 30


def test_the_json_of_airflow_cfg_is_valid_and_points_into_the_image():
    cfg = airflow_cfg()
    (bundle,) = json.loads(cfg["dag_processor"]["dag_bundle_config_list"])
    assert bundle["kwargs"]["path"] == cfg["core"]["dags_folder"] == cf.copied()["dags"].rstrip("/")
    assert cfg["core"]["plugins_folder"] == cf.copied()["plugins"].rstrip("/")
    auditor = json.loads(cfg["fab"]["custom_roles"])["Auditor"]
    assert {entry["action"] for entry in auditor} == {"can_read"}, "an auditor changes nothing"
    resources = {entry["resource"] for entry in auditor}
    assert {"Audit Logs", "Assets", "Asset Aliases", "HITL Detail"} <= resources
    assert not {"Connections", "Variables", "Configurations"} & resources


def test_the_classes_that_airflow_cfg_names_can_be_found(options):
    cfg = airflow_cfg()
    (bundle,) = json.loads(cfg["dag_processor"]["dag_bundle_config_list"])
    for path in (bundle["classpath"], cfg["core"]["auth_manager"]):
        module, _, name = path.rpartition(".")
        if not installed(module.split(".auth_manager")[0]):
            continue
        spec = importlib.util.find_spec(module)
        assert spec, path
        assert spec.origin, path
        assert name in Path(spec.origin).read_text(encoding="utf-8"), path


def subcommands() -> dict[tuple[str, ...], set[str]]:
    """Airflow's sub-commands, {words: long options}."""
    from airflow.cli.cli_config import ActionCommand, core_commands

    found: dict[tuple[str, ...], set[str]] = {}

    def walk(commands, before):
        for command in commands:
            words = (*before, command.name)
            if isinstance(command, ActionCommand):
                found[words] = {flag for arg in command.args for flag in arg.flags if flag.startswith("--")}
            else:
                walk(command.subcommands, words)

    commands = list(core_commands)
    for module in ("airflow.providers.celery.cli.definition", "airflow.providers.fab.cli.definition"):
        if installed(module.rsplit(".", 2)[0]):
            provider = module.split(".")[2]
            commands += getattr(importlib.import_module(module), f"get_{provider}_cli_commands")()
    walk(commands, ())
    return found


def airflow_calls() -> list[list[str]]:
    """Every `airflow …` that the compose file and the scripts run, in words."""
    calls = [service["command"][1:] for service in OURS.values() if service["command"][0] == "airflow"]
    for service in OURS.values():
        test = service.get("healthcheck", {}).get("test", [""])
        if test[0] == "CMD-SHELL" and test[1].startswith("airflow "):
            calls.append(test[1].split()[1:])
    script = (cf.REPOSITORY / "deploy/init.sh").read_text(encoding="utf-8")
    return calls + [line.split() for line in re.findall(r"^airflow (.+)$", script, re.MULTILINE)]


def test_every_airflow_command_exists_with_its_options():
    commands = subcommands()
    calls = airflow_calls()
    assert len(calls) >= 9
    looked_at = 0
    for call in calls:
        words = tuple(word for word in call if re.fullmatch(r"[a-z][a-z-]*", word))
        flags = {word.split("=")[0] for word in call if word.startswith("--")}
        if words[0] in ("celery", "sync-perm") and words not in commands and not (
            installed("airflow.providers.celery") and installed("airflow.providers.fab")
        ):
            continue
        assert words in commands, f"airflow {' '.join(call)}: no such command"
        assert flags <= commands[words], f"airflow {' '.join(call)}: {flags - commands[words]}"
        looked_at += 1
    assert looked_at >= 7


@pytest.mark.parametrize("module", sorted(set(PRODUCTION.values())))
def test_the_providers_of_production_are_checked_where_they_are_installed(options, module):
    """Names what the tests above passed over on this machine."""
    sections = sorted(section for section, owner in PRODUCTION.items() if owner == module)
    if not installed(module):
        pytest.skip(f"{module} comes with requirements-production.lock only: options of {sections} were not checked")
    assert set(sections) <= set(options)


def test_the_servers_script_makes_the_roles_and_takes_over_an_earlier_version(cluster, tmp_path):
    """As the image of PostgreSQL runs it, on a server that has roles of other passwords and one of an earlier version."""
    for name in ("airflow_db", "gaoxin_owner", "gaoxin_writer", "gaoxin_auditor"):
        (tmp_path / f"{name}_password").write_text(f"{name}'s \"$own\"\n", encoding="utf-8")
    before = {role: roles.password(cluster.keys, role) for role in roles.ROLES}
    own = create_engine(cluster.url("gaoxin"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with own.connect() as c:
        c.execute(text("create role gaoxin login; create schema old authorization gaoxin; create table old.x (y int);"
                       "alter table old.x owner to gaoxin"))
    environment = {"PATH": f"{cluster._binaries()}:/usr/bin:/bin", "PGHOST": str(cluster.socket_dir), "PGPORT": "5432",
                   "PGPASSWORD": before[roles.SUPERUSER], "SECRETS_DIR": str(tmp_path)}
    try:
        with own.connect() as c:
            c.execute(text("alter database airflow reset all"))
        for _ in range(2):
            done = subprocess.run(["bash", cf.REPOSITORY / "deploy/postgres/10-databases.sh"], env=environment, check=False,
                                  capture_output=True, text=True)
            assert (done.returncode, done.stderr) == (0, "")
        for role in (roles.OWNER, roles.WRITER, roles.AUDITOR):
            url = cluster.url("gaoxin", role).set(password=f"{role}'s \"$own\"")
            with create_engine(url, poolclass=NullPool).connect() as c:
                assert c.scalar(text("select has_database_privilege('gaoxin', 'temp')")) is (role == roles.OWNER)
        with own.connect() as c:
            owners = c.execute(text("select pg_get_userbyid(relowner), rolcanlogin from pg_class, pg_roles"
                                    " where relname = 'x' and rolname = 'gaoxin'")).one()
        assert tuple(owners) == (roles.OWNER, False)
        with create_engine(cluster.url("airflow"), poolclass=NullPool).connect() as c:  # as the launcher has it
            assert c.scalar(text("show idle_in_transaction_session_timeout")) == "2min"
    finally:
        with own.connect() as c:
            c.execute(text("drop schema old cascade; drop role gaoxin"))
            for role in roles.ROLES[1:]:
                c.execute(text(f"alter role {role} password '{before[role]}'"))
