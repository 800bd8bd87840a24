"""Who may do what: the table of roles by acts, held against what is written here by hand."""

from __future__ import annotations

import pytest

from gaoxin.ledger.actor import Actor, Role, Way
from gaoxin.people.accounts import Accounts
from gaoxin.people.acts import JUDGES, MAY, NAMES, Act, HandedIn, NotAllowed, allowed, apart, deliverers
from gaoxin.plan.offices import Unit

# The demo plan: government is leading group and consents, committee is the office and reports, science reports, supervision.
# Of each act the roles that may, with a unit for which each may; an account of role unit or leader has `science`.
RIGHT: dict[Act, dict[str, str | None]] = {
    Act.SUBMIT: {"unit": "science", "office": "science"},
    Act.EVIDENCE: {"unit": "science", "office": "committee", "supervision": "supervision"},
    Act.PROGRESS: {"unit": "science", "office": "committee", "supervision": "supervision"},
    Act.EXPLAIN: {"unit": "science", "office": "committee", "supervision": "supervision"},
    Act.APPROVE: {"leader": "science"},
    Act.WAIVE: {"leader": "science"},
    Act.CORRECT: {"leader": "science", "office": "committee", "supervision": "supervision"},
    Act.CLOSE: {"leader": "science", "office": "committee", "supervision": "supervision"},
    Act.FIND: {"leader": "science", "office": "committee", "supervision": "supervision", "unit": "science"},
    Act.RECHECK: {"leader": "science", "office": "committee", "supervision": "supervision", "unit": "science"},
    Act.SCORE: {"leader": "science", "office": "committee", "supervision": "supervision", "unit": "science"},
    Act.SEND_BACK: {"office": "committee", "supervision": "supervision"},
    Act.REVIEW: {"leader": "science", "office": "committee", "supervision": "supervision"},
    Act.CADENCE: {"unit": "science", "office": "science", "supervision": "supervision", "leader": "science"},
    Act.WRITE: {"office": "committee", "supervision": "supervision"},
    Act.COMMENT: {"leader": "science", "office": "committee", "supervision": "supervision"},
    Act.RELEASE: {"leader": "science", "office": "committee", "supervision": "supervision"},
    Act.EXTEND: {"unit": "science", "office": "committee", "supervision": "supervision"},
    Act.RULE_ON: {"leader": "science", "office": "committee", "supervision": "supervision"},
    Act.STOP_CLOCK: {"leader": "science", "office": "committee", "supervision": "supervision"},
    Act.ASK: {"unit": "science"},
    Act.ANSWER: {"office": "committee"},
    Act.REGISTER: {"office": None, "system": None},
    Act.REMIND: {"office": None, "supervision": None, "system": None},
    Act.PULL: {"office": None, "system": None},
    Act.RUN: {"office": None, "system": None},
    Act.DRILL: {"office": None, "system": None},
    Act.BACKUP: {"office": None, "system": None},
}
UNITS = (None, "government", "supervision", "committee", "science")
WHO = Actor("zhang", "pc7", Way.COMMAND_LINE)


def accounts(*roles: str, units: tuple[str, ...] = ("science",), **more: object) -> Accounts:
    given = units if {"unit", "leader"} & set(roles) else ()
    return Accounts(schema=1, accounts=[{"account": "zhang", "roles": roles, "units": given, **more}])


def test_every_act_is_in_the_table_and_has_a_name():
    assert set(MAY) == set(RIGHT) == set(NAMES) == set(Act)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", Role)
def test_a_role_does_what_is_its_own_and_for_whom_it_is_its_own(act, role, demo):
    whom = RIGHT[act].get(str(role), "never")
    for unit in UNITS:
        # Entered for anybody by the office; for no unit in particular whatever is no unit's.
        anybody = role is Role.OFFICE and act in (Act.SUBMIT, Act.CADENCE)
        may = str(role) in RIGHT[act] and (unit == whom or whom is None or anybody)
        if may:
            found = allowed(accounts(str(role)), WHO, act, demo, unit)
            assert (found.role, found.unit, found.authenticated) == (role, unit, True)
        else:
            with pytest.raises(NotAllowed) as refusal:
                allowed(accounts(str(role)), WHO, act, demo, unit)
            assert "zhang" in refusal.value.render("zh")
            assert "zhang" in refusal.value.render("en")


def test_without_a_file_anybody_may_and_nobody_is_authenticated(demo):
    found = allowed(None, WHO, Act.APPROVE, demo, "government")
    assert (found.account, found.role, found.unit, found.authenticated) == ("zhang", None, "government", False)


def test_an_account_that_is_not_named_may_nothing(demo):
    stranger = Actor("wang", "pc7", Way.COMMAND_LINE)
    for act in Act:
        with pytest.raises(NotAllowed):
            allowed(accounts(*(str(r) for r in Role if r not in ("auditor", "security"))), stranger, act, demo, "science")


def test_who_may_not_is_told_which_role_and_unit_are_needed(demo):
    with pytest.raises(NotAllowed) as refused:
        allowed(accounts("office"), WHO, Act.APPROVE, demo, "committee")
    assert "可由：领导（roles: leader，units 含 committee，即园区管委会）" in refused.value.todo.zh
    with pytest.raises(NotAllowed) as refused:
        allowed(accounts("auditor"), WHO, Act.CLOSE, demo, "supervision")
    assert "创建办" not in refused.value.todo.zh, "the office closes for itself alone"
    assert "units 含 supervision" in refused.value.todo.zh


def test_what_came_through_airflow_is_the_airflow_accounts_act(demo):
    """The worker's account may run flows; who answers there has to be allowed himself; a namesake in the system is another."""
    mayor = {"airflow": "7", "airflow_name": "mayor", "roles": ["leader"], "units": ["government"]}
    people = Accounts(schema=1, accounts=[{"account": "zhang", "roles": ["system"]}, mayor])
    worker = Actor("zhang", "srv", Way.DAG)
    assert allowed(people, worker, Act.RUN, demo).role is Role.SYSTEM
    with pytest.raises(NotAllowed):
        allowed(people, worker, Act.APPROVE, demo, "government")
    assert allowed(people, Actor("zhang", "srv", Way.DAG, airflow="7"), Act.APPROVE, demo, "government").role is Role.LEADER
    for airflow in ("8", "zhang"):
        with pytest.raises(NotAllowed):
            allowed(people, Actor("zhang", "srv", Way.DAG, airflow=airflow), Act.APPROVE, demo, "government")
    with pytest.raises(NotAllowed):
        allowed(people, Actor("mayor", "srv", Way.COMMAND_LINE), Act.APPROVE, demo, "government")


def test_an_entry_holds_for_its_campaigns_alone(demo):
    assert allowed(accounts("office", campaigns=["demo"]), WHO, Act.PULL, demo).authenticated
    with pytest.raises(NotAllowed):
        allowed(accounts("office", campaigns=["kaizhou_2020"]), WHO, Act.PULL, demo)


def test_a_clerk_reports_as_a_unit_before_as_the_office(demo):
    both = accounts("office", "unit")
    assert allowed(both, WHO, Act.SUBMIT, demo, "science").role is Role.UNIT
    assert allowed(both, WHO, Act.SUBMIT, demo, "committee").role is Role.OFFICE


@pytest.mark.parametrize("act", Act)
def test_nobody_judges_what_they_or_their_unit_handed_in(act, demo):
    leader, clerk = accounts("leader"), accounts("leader", "unit")
    own, units, strange = HandedIn(True, frozenset()), HandedIn(False, frozenset({"science"})), HandedIn(False, frozenset({"x"}))
    for people, handed_in, refused in ((leader, own, True), (leader, units, False), (clerk, units, True), (clerk, strange, False),
                                       (None, own, False)):
        if refused and act in JUDGES:
            with pytest.raises(NotAllowed):
                apart(people, WHO, act, demo, handed_in)
        else:
            apart(people, WHO, act, demo, handed_in)


def test_evidence_is_of_those_who_are_answerable(demo, kaizhou):
    assert deliverers(demo, demo.task("survey")) == {"committee"}
    assert deliverers(demo, demo.task("dossier")) == {"committee", "science"}
    for task in kaizhou.tasks:  # each can be delivered by somebody who may act for a unit
        assert deliverers(kaizhou, task) <= {u.id for u in kaizhou.units}
        assert kaizhou.answerable(task) in deliverers(kaizhou, task)


def test_of_a_group_its_members_may(demo):
    plan = demo.model_copy(update={"units": (*demo.units, Unit(id="both", name="两家", members=("science", "committee")))})
    task = plan.task("survey").model_copy(update={"lead": "both"})
    assert deliverers(plan, task) == {"both", "science", "committee"}
    assert allowed(accounts("unit"), WHO, Act.EVIDENCE, plan, "both").unit == "both"
    with pytest.raises(NotAllowed):  # deciding for a group is no member's
        allowed(accounts("leader"), WHO, Act.APPROVE, plan, "both")


