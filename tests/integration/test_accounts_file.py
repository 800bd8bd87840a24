"""The accounts file that is faulty, gone, or another: alarms are heard, no right is gained, and a change is told."""

from __future__ import annotations

import email
from dataclasses import replace
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from gaoxin.campaign import decisions, flows, registering, upkeep
from gaoxin.campaign.acting import acting
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import LATEST, parse_as_of
from gaoxin.errors import UsageError
from gaoxin.ledger.actor import Way
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.accounts import Accounts, AccountsUnfit, read_accounts
from gaoxin.people.acts import Act, NotAllowed
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
from tests.integration.test_people import AT, ME, at, become, events, with_accounts

__all__ = ["become", "with_accounts"]  # fixtures


def supervising(settings: Settings, airflow: str | None = None) -> Workplace:
    """As a step of supervision, on a day on which nothing is late."""
    return open_workplace(settings, "demo", parse_as_of("2024-02-05"), acts=True, way=Way.DAG, airflow=airflow)


def test_a_file_that_is_faulty_or_gone_silences_no_alarm_and_gives_no_right(with_accounts, settings, become):
    right = f"account: {ME}, roles: [system]"
    people = with_accounts(right)

    def steps(settings: Settings, airflow: str | None = None) -> list[Any]:
        """What becomes of supervision's steps: their alarm, or the kind of their refusal."""
        found: list[Any] = []
        for use in ("survey", "verify", "alarm"):
            w = supervising(settings, airflow)
            try:
                answer = flows.run(w, use, flows.Asked())
                found.append(answer["note"] if use == "alarm" and answer["refused"] else True)
            except (UsageError, NotAllowed) as refused:
                found.append(type(refused))
        return found

    def mails() -> int:
        return len([*settings.outbox.glob("*.alarm-*.eml")])

    assert steps(people) == [True, True, True]
    faulty = with_accounts(f"account: {ME}, roles: [offices]")
    *others, told = steps(faulty)
    assert others == [AccountsUnfit, AccountsUnfit]
    assert "accounts.yaml:3" in told
    assert mails() == 2, "the office and the administrators"
    assert steps(faulty)[2] == told
    assert mails() == 2, "once"
    (noted,) = events(settings, EventKind.ALARM_CHANGED)
    assert (noted.actor["account"], noted.actor["way"], noted.actor["role"], noted.actor["authenticated"]) == (
        ME, "dag", None, False)
    with pytest.raises(UsageError):
        decisions.approve(supervising(faulty), "application", "government", "approve", "好")
    assert steps(with_accounts(right)) == [True, True, True]
    assert mails() == 4, "it has healed"
    *others, told = steps(settings)  # none is named any more
    assert others == [NotAllowed, NotAllowed]
    assert "没有指定" in told
    *others, told = steps(with_accounts("account: daemon, roles: [system]", "airflow: op, roles: [auditor]"))
    assert others == [NotAllowed, NotAllowed]
    assert f"账号 {ME} 不在账号文件中" in told
    assert steps(with_accounts(right, "airflow: op, roles: [auditor]"), airflow="op") == [NotAllowed] * 3, "held to the file"
    assert upkeep.verify_ledger(settings).intact


def test_an_alarm_puts_no_plan_into_force_that_nobody_was_allowed_to(with_accounts, settings, demo_workplace):
    people = with_accounts("account: nobody, roles: [offices]")
    with Warehouse.open(settings).read() as store:
        before = store.plans.versions("other", LATEST)
    w = replace(supervising(people), plan=demo_workplace("2024-02-05").plan.model_copy(update={"id": "other"}), version=None)
    w = replace(w, warehouse=replace(w.warehouse, first=(w.plan, "0" * 64)))
    assert flows.run(w, "alarm", flows.Asked())["refused"]
    with Warehouse.open(settings).read() as store:
        assert store.plans.versions("other", LATEST) == before == []


def test_another_accounts_file_is_told_once_with_what_who_gained_and_lost(with_accounts, settings):
    first = with_accounts(f"account: {ME}, roles: [system]", "account: li, airflow: mayor, roles: [leader], units: [government]")
    flows.run(supervising(first), "alarm", flows.Asked())
    assert not settings.outbox.exists() or not [*settings.outbox.iterdir()], "that there is one at all is no change"
    changed = with_accounts(f"account: {ME}, roles: [system, office]",
                            "account: li, airflow: wang, roles: [leader], units: [government, committee], campaigns: [demo]")
    for _ in range(2):
        flows.run(supervising(changed), "alarm", flows.Asked())
    used = events(settings, EventKind.ACCOUNTS_USED)
    assert used[1].payload["held"] == {ME: ["office", "system"], "li = Airflow wang": ["leader committee (demo)",
                                                                                       "leader government (demo)"]}
    told = {f.name.rpartition(".accounts")[0] or f.name.split(".")[-2]: email.message_from_bytes(f.read_bytes(), policy=default)
            for f in settings.outbox.glob("*accounts-*.eml")}
    assert sorted(told) == sorted({"committee", "supervision", "system"})
    said = told["supervision"].get_content()
    assert all(what in said for what in (
        *(e.payload["sha256"] for e in used), f"- {ME} 新增：office", "- li = Airflow mayor 取消：leader government",
        "- li = Airflow wang 新增：leader committee (demo)、leader government (demo)", f"第 {used[1].seq} 条"))
    assert len([*settings.outbox.glob("*accounts-*.eml")]) == 3
    assert upkeep.verify_ledger(settings).intact


def test_one_act_goes_by_one_reading_of_the_file(with_accounts, settings, monkeypatch):
    """One that is replaced between two readings would have an act recorded as going by another than that which allowed it."""
    people, read = with_accounts(f"account: {ME}, roles: [system, office]"), list[Path]()

    def counted(file: Path, var: Path) -> Accounts:
        read.append(file)
        return read_accounts(file, var)

    monkeypatch.setattr("gaoxin.campaign.workplace.read_accounts", counted)
    w = at(people)
    with acting(w, Act.REMIND) as (w, _):
        assert w.actor.authenticated
    registering.register_plan(people, "demo", AT, by="office")
    assert len(read) == 2
