"""Whoever the accounts file names may log in to the embedded Airflow, without anything more being done."""

from __future__ import annotations

import json
import stat

import pytest

from gaoxin.errors import UsageError
from gaoxin.launcher.components import Airflow
from gaoxin.settings import Settings

ENTRIES = {
    "li": "roles: [office]", "zhang": "roles: [unit], units: [science]", "wang": "roles: [supervision]",
    "mayor": "roles: [leader], units: [government]", "expert": "roles: [expert]", "sun": "roles: [auditor]",
    "root": "roles: [system]", "guard": "roles: [security]",
}


def started(home, *entries: str) -> Airflow:
    """What a start of an installation with such an accounts file makes."""
    file = home / "accounts.yaml"
    file.write_text("schema: 1\naccounts:\n" + "".join(f"  - {{{one}}}\n" for one in entries), encoding="utf-8")
    file.chmod(0o600)
    airflow = Airflow(Settings(home=home, accounts=file), 8080, played=False)
    airflow.home.mkdir(parents=True, exist_ok=True)
    airflow.environment = airflow._environment("postgresql:///w", "postgresql:///m")
    return airflow


def test_roles_in_airflow_are_what_its_own_pages_give(tmp_path):
    named = [f"airflow: {name}, {rest}" for name, rest in ENTRIES.items()]
    airflow = started(tmp_path, *named, "account: daemon, roles: [system]")
    assert airflow.users == {
        "admin": "admin", "auditor": "viewer", "li": "user", "zhang": "", "wang": "viewer", "mayor": "viewer",
        "expert": "viewer", "sun": "viewer", "root": "op", "guard": "",
    }, "whoever has no Airflow account is no user there; who reports for units alone, or keeps the machine safe, has no role"
    told = airflow.environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"]
    assert dict(one.split(":") for one in told.split(",")) == airflow.users
    assert airflow.environment["GAOXIN_ACCOUNTS"] == str(tmp_path / "accounts.yaml")


def test_who_is_added_gets_a_password_at_the_next_start_and_the_others_keep_theirs(tmp_path):
    first = started(tmp_path, "airflow: li, roles: [office]").passwords
    airflow = started(tmp_path, "airflow: zhang, roles: [office]", 'airflow: "7", airflow_name: mayor, roles: [expert]')
    kept = json.loads(airflow.passwords_file.read_text())
    assert kept == airflow.passwords
    assert kept | first == kept
    assert len(set(kept.values())) == len(kept) == 5
    assert airflow.users.keys() == {"admin", "auditor", "zhang", "mayor"}, "a number is FAB's; people type the name"
    assert stat.S_IMODE(airflow.passwords_file.stat().st_mode) == 0o600


def test_the_file_takes_nothing_from_the_accounts_of_the_installation(tmp_path):
    assert started(tmp_path, "airflow: admin, roles: [expert]").users["admin"] == "admin"


@pytest.mark.parametrize("name", ["a,b:admin", "x:admin", "a b", "$HOME"])
def test_a_name_that_would_say_more_than_a_name_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match=r"accounts\.airflow"):
        started(tmp_path, f"airflow: {json.dumps(name)}, roles: [unit], units: [science]")
