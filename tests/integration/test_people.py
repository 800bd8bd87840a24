"""Who did it, and who may: acts by accounts that the file knows, does not know, or that handed in what they would judge.

Accounts of the operating system are real ones: the effective user id of this process is said to be another's, files are owned by
others where the tests run as root.
"""

from __future__ import annotations

import json
import os
import pwd
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from pydantic import SecretStr

from gaoxin.campaign import (
    correcting,
    decisions,
    deliverables,
    drilling,
    extending,
    flows,
    gatekeeping,
    intake,
    registering,
    reminding,
    standing,
    tracing,
    upkeep,
)
from gaoxin.campaign.reading import reader
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import parse_as_of, wall_now
from gaoxin.errors import Refused, UsageError
from gaoxin.gates.model import Rectification
from gaoxin.ledger.actor import Way
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act, NotAllowed
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
from tests.conftest import PLANS
from tests.said import said
from tests.stored import as_role

FEBRUARY = "demo__industry__committee__2024-02.csv"
AT = parse_as_of("2024-03-05")
ME = pwd.getpwuid(os.geteuid()).pw_name
DAEMON, NOBODY = pwd.getpwnam("daemon"), pwd.getpwnam("nobody")
GAOXIN = Path(sys.executable).with_name("gaoxin")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="files are given to other accounts: only root may")


@pytest.fixture
def with_accounts(settings, tmp_path) -> Callable[..., Settings]:
    """with_accounts("account: daemon, roles: [office]", …): the installation with such a file."""

    def make(*entries: str, of: Settings = settings) -> Settings:
        file = tmp_path / "accounts.yaml"
        file.write_text("schema: 1\naccounts:\n" + "".join(f"  - {{{e}}}\n" for e in entries), encoding="utf-8")
        file.chmod(0o600)
        return of.model_copy(update={"accounts": file})

    return make


@pytest.fixture
def become(monkeypatch) -> Callable[[str], None]:
    """become("daemon"): from here on this process is said to be that account's."""
    return lambda name: monkeypatch.setattr("gaoxin.warehouse.process.os.geteuid", lambda: pwd.getpwnam(name).pw_uid)


@pytest.fixture
def february(tmp_path, industry) -> Path:
    file = tmp_path / FEBRUARY
    file.write_bytes(industry(10.0))
    return file


def at(settings: Settings, way: Way = Way.PROGRAM, airflow: str | None = None) -> Workplace:
    return open_workplace(settings, "demo", AT, acts=True, way=way, airflow=airflow)


def events(settings: Settings, *kinds: EventKind) -> list:
    with Warehouse.open(settings).read() as store:
        return store.ledger.events(None, *kinds)


def test_every_event_says_who_did_it_and_the_chain_holds_it(settings, february, become):
    intake.submit_files(settings, [february], AT, way=Way.COMMAND_LINE)
    become("daemon")
    deliverables.record_evidence(at(settings, way=Way.DAG, airflow="li"), "survey", "report", b"1", "r.pdf", "committee")
    told = events(settings)
    assert {e.actor["account"] for e in told} == {ME, "daemon"}
    assert {e.actor["machine"] for e in told} == {socket.gethostname()}
    (received,) = (e for e in told if e.kind == EventKind.RETURN_RECEIVED)
    assert received.actor == {"account": ME, "machine": socket.gethostname(), "way": "command_line", "role": None,
                              "unit": "committee", "authenticated": False}
    assert told[-1].actor == received.actor | {"account": "daemon", "way": "dag", "airflow": "li"}
    assert upkeep.verify_ledger(settings).intact
    with as_role(settings).begin() as c:
        c.exec_driver_sql("alter table gaoxin.ledger_events disable trigger append_only")
        c.exec_driver_sql("update gaoxin.ledger_events set actor = jsonb_set(actor, '{account}', '\"mayor\"')"
                          f" where seq = {received.seq}")
        c.exec_driver_sql("alter table gaoxin.ledger_events enable trigger append_only")
    found = upkeep.verify_ledger(settings)
    assert (found.intact, found.first_bad) == (False, received.seq)


def test_variables_of_the_environment_make_nobody_another(settings, tmp_path, february):
    environment = {**os.environ, "GAOXIN_HOME": str(tmp_path), "GAOXIN_PLANS": str(PLANS),
                   "GAOXIN_DATABASE_URL": settings.database_url.get_secret_value(),
                   **dict.fromkeys(("USER", "LOGNAME", "LNAME", "USERNAME", "SUDO_USER"), "mayor"), "HOSTNAME": "elsewhere"}

    def gaoxin(*args: str) -> dict:
        done = subprocess.run([GAOXIN, *args, "--json"], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    gaoxin("returns", "submit", str(february), "--as-of", "2024-03-05")
    listed = gaoxin("ledger", "list")["events"]
    assert {(e["actor"]["account"], e["actor"]["machine"], e["actor"]["way"]) for e in listed} == {
        (ME, socket.gethostname(), "command_line")}


def test_unit_a_may_not_report_for_unit_b(with_accounts, become, february):
    settings = with_accounts("account: daemon, roles: [unit], units: [science]",
                             f"account: {ME}, roles: [unit], units: [committee]", "account: nobody, roles: [office]")
    become("daemon")
    (told,) = intake.submit_files(settings, [february], AT)
    assert (told.verdict, [f.rule for f in told.findings], told.return_id) == ("rejected", ["file.not_yours"], None)
    with Warehouse.open(settings).read() as store:
        assert store.returns.all("demo") == []
    (refused,) = events(settings, EventKind.FILE_REFUSED)
    assert (refused.actor["account"], refused.payload["problems"]) == ("daemon", ["not_yours"])
    become(ME)
    (told,) = intake.submit_files(settings, [february], AT)
    assert (told.verdict, told.account, told.authenticated) == ("accepted", ME, True)
    # The office enters what came on a stick, for the unit and recorded so.
    become("nobody")
    february.write_bytes(february.read_bytes().replace(b"enterprises,\xe8\xa7\x84\xe4\xb8\x8a\xe4\xbc\x81\xe4\xb8\x9a\xe6\x95\xb0"
                                                       b",\xe5\xae\xb6,20", b"enterprises,\xe8\xa7\x84\xe4\xb8\x8a"
                                                       b"\xe4\xbc\x81\xe4\xb8\x9a\xe6\x95\xb0,\xe5\xae\xb6,21"))
    (told,) = intake.submit_files(settings, [february], AT)
    assert told.version == 2
    received = events(settings, EventKind.RETURN_RECEIVED)
    assert [(e.actor["account"], e.actor["role"], e.actor["unit"]) for e in received] == [
        (ME, "unit", "committee"), ("nobody", "office", "committee")]


def test_what_is_not_theirs_is_refused_and_the_attempt_recorded(with_accounts, become, february):
    settings = with_accounts(f"account: {ME}, roles: [office, unit], units: [committee]",
                             "account: daemon, roles: [unit], units: [science]")
    intake.submit_files(settings, [february], AT)
    w = at(settings)
    tried: list[tuple[str, Callable[[Workplace], object]]] = [
        ("evidence", lambda w: deliverables.record_evidence(w, "survey", "report", b"1", "r", "committee")),
        ("approve", lambda w: decisions.approve(w, "application", "government", "approve", "好")),
        ("waive", lambda w: decisions.waive(w, "collection", "clean", "government", "同意", date(2025, 1, 1))),
        ("explain", lambda w: decisions.explain(w, "demo__industry__committee__2024-02__v1", "jump", "属实", "committee")),
        ("close", lambda w: decisions.close_rectification(w, "x", "已办", "supervision")),
        ("correct", lambda w: correcting.decide_correction(w, "x", "unaffected", "supervision", "无影响")),
        ("pull", lambda w: intake.take_in(w, None, check=False)),
        ("remind", lambda w: reminding.send(w, dry_run=False, lang="zh")),
        ("run", lambda w: flows.run(w, "gate", flows.Asked(phase="launch"))),
        ("register", lambda w: registering.register_plan(w.settings, "demo", AT, by="science")),
    ]
    become("daemon")
    before = len(events(settings))
    for _, act in tried:
        with pytest.raises(NotAllowed, match="daemon"):
            act(at(settings))
    attempts = events(settings, EventKind.ACT_REFUSED)
    assert [(e.payload["act"], e.actor["account"]) for e in attempts] == [(name, "daemon") for name, _ in tried]
    assert len(events(settings)) == before + len(tried)
    assert "daemon" in attempts[0].payload["why"]
    become(ME)
    told = flows.run(at(settings), "survey", flows.Asked())["note"]
    assert f"{len(tried)} 次（账号 daemon）" in told
    become("nobody")  # whom the file does not know
    for _, act in tried:
        with pytest.raises(NotAllowed, match="nobody"):
            act(at(settings))
    become(ME)
    assert deliverables.record_evidence(w, "survey", "report", b"1", "r", "committee").authenticated
    assert upkeep.verify_ledger(settings).intact


def test_nobody_approves_waives_or_closes_what_they_handed_in(with_accounts, become, february, settings):
    intake.submit_files(settings, [february], AT)  # by this account, before there was a file
    people = with_accounts(f"account: {ME}, roles: [leader], units: [government]",
                           "account: daemon, roles: [leader, unit], units: [government, committee]",
                           "account: nobody, roles: [leader], units: [government]")
    waiver = ("collection", "clean", "government", "同意", date(2025, 1, 1))
    for account in (ME, "daemon"):  # by the account itself; by the unit that it reports for
        become(account)
        for act in (lambda w: decisions.approve(w, "application", "government", "approve", "好"),
                    lambda w: decisions.waive(w, *waiver)):
            with pytest.raises(NotAllowed, match=account):
                act(at(people))
    become("nobody")
    assert decisions.approve(at(people), "application", "government", "approve", "好").given.authenticated
    assert decisions.waive(at(people), *waiver).given.account == "nobody"
    owed = Rectification("r1", "collection", "clean", "committee", said("补报"), date(2024, 4, 1), "demo", "x", AT)
    with at(people).warehouse.begin() as store:
        store.decisions.open_rectification(owed)
    become(ME)
    with pytest.raises(NotAllowed, match=ME):
        decisions.close_rectification(at(people), "r1", "已补", "government")
    become("nobody")
    assert decisions.close_rectification(at(people), "r1", "已补", "government").authenticated


def test_who_reports_for_a_unit_does_not_judge_its_deliverable_whoever_recorded_it(with_accounts, become):
    people = with_accounts(f"account: {ME}, roles: [unit], units: [science]",
                           "account: daemon, roles: [unit, leader], units: [science, government]",
                           "account: nobody, roles: [leader], units: [government]")
    waiver = ("collection", "clean", "government", "同意", date(2025, 1, 1))
    consent = ("application", "government", "approve", "好")
    become("daemon")
    assert reader(at(people)).could(Act.APPROVE, "government")
    become(ME)
    deliverables.record_evidence(at(people), "dossier", "dossier", b"text", "申报书.docx", "science")
    become("daemon")
    for act in (lambda: decisions.approve(at(people), *consent), lambda: decisions.waive(at(people), *waiver)):
        with pytest.raises(NotAllowed, match="账号 daemon 或其单位"):
            act()
    assert not reader(at(people)).could(Act.APPROVE, "government")
    become("nobody")
    assert decisions.waive(at(people), *waiver).given.account == "nobody"
    assert decisions.approve(at(people), *consent).given.account == "nobody"


def test_one_person_does_not_decide_under_another_name_on_what_it_asked_for(with_accounts, become):
    people = with_accounts("account: daemon, airflow: '7', airflow_name: os1, roles: [office, supervision]",
                           "account: nobody, airflow: daemon, roles: [supervision]")
    become("daemon")
    asked = extending.ask(at(people), "industry@2024-03", date(2024, 4, 15), "材料没有收齐", "committee").given.number
    for name in (None, "7", "os1"):
        for decide in (extending.grant, extending.refuse):
            with pytest.raises(NotAllowed, match="不能审批自己的申请"):
                decide(at(people, airflow=name), asked, "同意", "supervision")
    assert extending.grant(at(people, airflow="daemon"), asked, "同意", "supervision").given.state == "granted", "a namesake"


def test_only_the_unit_that_reported_explains_and_only_the_answerable_deliver(settings, february, demo_workplace):
    intake.submit_files(settings, [february], AT)
    with pytest.raises(NotAllowed, match="reported"):
        decisions.explain(at(settings), "demo__industry__committee__2024-02__v1", "jump", "属实", "science")
    with pytest.raises(NotAllowed, match="answerable"):
        deliverables.record_evidence(at(settings), "survey", "report", b"1", "r", "science")
    attempts = events(settings, EventKind.ACT_REFUSED)
    assert [(e.payload["act"], e.payload["unit"]) for e in attempts] == [("explain", "science"), ("evidence", "science")]


def test_without_a_file_outside_a_drill_it_shows_wherever_an_act_shows(empty_database, tmp_path, february):
    real = Settings(home=tmp_path, database_url=empty_database, plans_=PLANS, inbox_=tmp_path / "inbox", administrator=ME)
    intake.submit_files(real, [february], way=Way.COMMAND_LINE)
    w = open_workplace(real, "demo", acts=True)
    kept = deliverables.record_evidence(w, "survey", "report", b"1", "r.pdf", "committee")
    assert (kept.account, kept.authenticated) == (ME, False)
    decisions.waive(w, "application", "targets", "government", "同意", date(wall_now().year + 1, 1, 1))
    decisions.approve(w, "application", "government", "reject", "数据不实")
    row = next(r for r in standing.returns_status(w).rows if r.return_id)
    assert (row.account, row.authenticated) == (ME, False)
    w = open_workplace(real, "demo")
    for phase, criterion in (("launch", "work_done"), ("application", "targets"), ("collection", "complete"),
                             ("application", "consent")):
        found = next(c for c in gatekeeping.evaluate(w, phase).criteria if c.id == criterion)
        assert "未经认证" in found.detail.zh, (phase, criterion, found.detail.zh)
        assert "not authenticated" in found.detail.en
    (shown, *_) = (i for i in tracing.trace(w, "gross_output").inputs if i.return_id)
    assert (shown.submitted_by, shown.account, shown.authenticated) == ("committee", ME, False)
    assert {e.actor["authenticated"] for e in events(real)} == {False}
    from gaoxin.campaign.reporting import quality_report

    page, document = (f.path.read_text(encoding="utf-8") for f in quality_report(w, row.period, tmp_path / "out")[:2])
    assert "未经认证" in page
    assert '"authenticated": false' in document
    Warehouse.open(real).close()


def test_in_a_drill_without_a_file_nothing_is_said_of_it(settings, february):
    intake.submit_files(settings, [february], AT)
    w = at(settings)
    assert [(r.account, r.authenticated) for r in standing.returns_status(w).rows if r.return_id] == [(ME, None)]
    assert all("认证" not in c.detail.zh for p in w.plan.phases for c in gatekeeping.evaluate(w, p.id).criteria)


def test_by_which_file_it_goes_is_remembered_and_nobody_goes_without_it(with_accounts, settings, become, february):
    intake.submit_files(settings, [february], AT)
    decisions.approve(at(settings), "application", "government", "reject", "数据不实")  # before there was a file
    entries = (f"account: {ME}, roles: [office, system]", "account: daemon, roles: [leader], units: [government]")
    people = with_accounts(*entries)
    reminding.send(at(people), dry_run=False, lang="zh")
    flows.run(at(people), "survey", flows.Asked())
    first = sha256(people.accounts.read_bytes()).hexdigest()
    become("nobody")  # who lets himself in by a file with himself in it
    people = with_accounts(*entries, "account: nobody, roles: [leader], units: [committee, government]")
    decisions.approve(at(people), "application", "government", "approve", "好")
    then = events(settings)
    used = [e for e in then if e.kind == EventKind.ACCOUNTS_USED]
    assert [(e.payload["before"], e.payload["count"], e.actor["account"]) for e in used] == [("", 2, ME), (first, 3, "nobody")]
    assert [then[e.seq].kind for e in used][1] == EventKind.APPROVAL_RECORDED, "before the act, and in its transaction"
    for number, act in enumerate((
            lambda: reminding.send(at(settings), dry_run=False, lang="zh"), lambda: intake.submit_files(settings, [february], AT),
            lambda: decisions.approve(at(settings), "application", "government", "approve", "好"),
            lambda: registering.register_plan(settings, "demo", AT, by="office"),
            lambda: intake.take_in(at(settings), None, check=False), lambda: drilling.begin_drill(settings)), 1):
        with pytest.raises(NotAllowed, match="GAOXIN_ACCOUNTS") as refused:
            act()
        assert refused.value.exit_status == 1
        assert len(events(settings, EventKind.ACT_REFUSED)) == number
    assert {e.kind for e in events(settings)[len(then):]} == {EventKind.ACT_REFUSED}
    assert upkeep.verify_ledger(settings).intact


def test_in_earnest_nobody_consents_without_a_file_but_the_administrator_whom_the_installation_names(empty_database, tmp_path):
    """Neither at the command line nor on the pages, where it is not offered; what was tried is recorded."""
    real = Settings(home=tmp_path, database_url=SecretStr(empty_database), plans_=PLANS)
    registering.register_plan(real, "demo", by="committee")
    named = real.model_copy(update={"administrator": "chief"})

    def consents(settings: Settings, airflow: str | None) -> bool:
        w = open_workplace(settings, "demo", acts=True, way=Way.PAGE if airflow else Way.PROGRAM, airflow=airflow)
        offered = reader(w).could(Act.APPROVE, "government")
        if not offered:
            with pytest.raises(NotAllowed, match="没有账号文件") as refused:
                decisions.approve(w, "application", "government", "approve", "好")
            assert "GAOXIN_ADMINISTRATOR" in refused.value.todo.to("zh")
            return False
        return decisions.approve(w, "application", "government", "approve", "好").given.authenticated is False

    assert [consents(real, None), consents(real, "chief"), consents(named, None), consents(named, "mayor")] == [False] * 4
    assert len(events(real, EventKind.ACT_REFUSED)) == 4
    assert consents(named, "chief")
    assert len(events(real, EventKind.APPROVAL_RECORDED)) == 1


def test_what_nobody_vouched_for_is_marked_once_there_is_a_file_in_drills_too(with_accounts, settings, february):
    intake.submit_files(settings, [february], AT)
    deliverables.record_evidence(at(settings), "survey", "report", b"1", "r.pdf", "committee")
    decisions.approve(at(settings), "application", "government", "reject", "数据不实")
    asked = (("launch", "work_done"), ("collection", "complete"), ("application", "consent"))

    def marked(settings: Settings) -> list[bool]:
        w = open_workplace(settings, "demo", parse_as_of("2024-06-20"))
        told = {(phase, c.id): c.detail.zh for phase, _ in asked for c in gatekeeping.evaluate(w, phase).criteria}
        return ["未经认证" in told[key] for key in asked]

    assert marked(settings) == [False] * 3
    people = with_accounts(f"account: {ME}, roles: [unit], units: [committee]")
    assert marked(people) == [False] * 3
    deliverables.record_evidence(at(people), "dossier", "dossier", b"1", "d.pdf", "committee")
    assert marked(people) == marked(settings) == [True] * 3


def test_an_insider_who_overreached_is_told_from_a_stranger(with_accounts, become, february, settings):
    people = with_accounts("account: daemon, roles: [auditor, unit], units: [science]", f"account: {ME}, roles: [office]")
    reminding.send(at(people), dry_run=False, lang="zh")
    for account in ("daemon", "nobody"):
        become(account)
        (told,) = intake.submit_files(people, [february], AT)
        assert told.authenticated is (account == "daemon")
        with pytest.raises(NotAllowed):
            reminding.send(at(people), dry_run=False, lang="zh")
    tried = [(e.kind, e.actor["account"], e.actor["authenticated"], e.actor["role"])
             for e in events(settings, EventKind.FILE_REFUSED, EventKind.ACT_REFUSED)]
    assert tried == [(EventKind.FILE_REFUSED, "daemon", True, "unit"), (EventKind.ACT_REFUSED, "daemon", True, "auditor"),
                     (EventKind.FILE_REFUSED, "nobody", False, None), (EventKind.ACT_REFUSED, "nobody", False, None)]


def test_the_same_deliverable_again_is_told_as_what_stands(settings, tmp_path):
    file = tmp_path / "r.pdf"
    file.write_bytes(b"1")
    first = deliverables.record_files(at(settings), "dossier", "dossier", [file], "committee")
    count = len(events(settings))
    then = open_workplace(settings, "demo", parse_as_of("2024-03-09"), acts=True)
    again = deliverables.record_files(then, "dossier", "dossier", [file], "science")
    assert [(f.new, f.evidence[0].there_before) for f in (first, again)] == [(1, False), (0, True)]
    assert [f.evidence[0].counts for f in (first, again)] == ["yes", "yes"]
    assert [(e.recorded_by, e.recorded_at) for e in again.evidence] == [("committee", AT)]
    assert len(events(settings)) == count


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_where_there_is_nothing_to_say_no_line_is_printed(settings, with_accounts, tmp_path, lang):
    people = with_accounts(f"account: {ME}, roles: [office]")
    environment = {**os.environ, "GAOXIN_HOME": str(tmp_path), "GAOXIN_PLANS": str(PLANS), "GAOXIN_INBOX": str(tmp_path / "none"),
                   "GAOXIN_ACCOUNTS": str(people.accounts), "GAOXIN_DATABASE_URL": settings.database_url.get_secret_value()}
    for words in (("accounts", "check"), ("inbox", "pull", "demo", "--as-of", "2024-07-05")):
        done = subprocess.run([GAOXIN, *words, "--lang", lang], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert not {"[]", "()", "", "None"} & {line.strip() for line in done.stdout.splitlines()}, done.stdout


def test_a_faulty_file_stops_every_act_and_no_question(with_accounts, february, settings):
    people = with_accounts("account: daemon, roles: [offices]")
    for act in (lambda: intake.submit_files(people, [february], AT), lambda: intake.take_in(at(people), None, check=False),
                lambda: registering.register_plan(people, "demo", AT, by="office")):
        with pytest.raises(UsageError, match=r"accounts\.yaml:3"):
            act()
    assert events(settings) == []
    assert standing.returns_status(open_workplace(people, "demo", AT)).total > 0


def test_consent_in_airflow_is_the_act_of_the_account_that_answered(with_accounts, february, settings):
    intake.submit_files(settings, [february], AT)
    settings = with_accounts(f"account: {ME}, roles: [system]", "airflow: mayor, roles: [leader], units: [government]",
                             "airflow: op, roles: [office]")

    def answer(who: str | None) -> object:
        w = at(settings, way=Way.DAG, airflow=who)
        return flows.run(w, "consent", flows.Asked(phase="application", decision="approve", user=who, by=("government",)))

    for who in (None, "op", "stranger"):
        with pytest.raises(Refused):
            answer(who)
    with_accounts(f"account: {ME}, airflow: mayor, roles: [leader], units: [government]")
    with pytest.raises(NotAllowed, match="mayor"):  # who handed something in at the command line is the same person here
        answer("mayor")
    with_accounts(f"account: {ME}, roles: [system]", "airflow: mayor, roles: [leader], units: [government]")
    answer("mayor")
    (given,) = events(settings, EventKind.APPROVAL_RECORDED)
    assert [given.actor[key] for key in ("account", "airflow", "way", "role", "unit", "authenticated")] == [
        ME, "mayor", "dag", "leader", "government", True]
    flows.run(at(settings, way=Way.DAG), "survey", flows.Asked())
    with pytest.raises(NotAllowed, match="mayor"):  # who starts a run by hand has to be the office, or the system
        flows.run(at(settings, way=Way.DAG, airflow="mayor"), "survey", flows.Asked())


def test_many_returns_are_counted_with_those_that_nobody_vouches_for(empty_database, tmp_path, february, monkeypatch):
    real = Settings(home=tmp_path, database_url=empty_database, plans_=PLANS, inbox_=tmp_path / "inbox")
    intake.submit_files(real, [february])
    monkeypatch.setattr(gatekeeping, "LISTED", 0)
    found = next(c for c in gatekeeping.evaluate(open_workplace(real, "demo"), "collection").criteria if c.id == "complete")
    assert any(one.startswith("returns:1:sha256:") for one in found.evidence)
    assert "1 份未经认证" in found.detail.zh
    Warehouse.open(real).close()


def test_the_command_line_tells_who_may_and_who_did(with_accounts, settings, february, tmp_path):
    people = with_accounts(f"account: {ME}, airflow: zhang, roles: [office]", "account: daemon, roles: [unit], units: [scince]")
    assert people.accounts
    environment = {**os.environ, "GAOXIN_HOME": str(tmp_path), "GAOXIN_PLANS": str(PLANS),
                   "GAOXIN_ACCOUNTS": str(people.accounts), "GAOXIN_DATABASE_URL": settings.database_url.get_secret_value()}

    def gaoxin(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([GAOXIN, *args], env=environment, capture_output=True, text=True, check=False)

    told = gaoxin("accounts", "check", "--json")
    assert told.returncode == 1  # a unit that no plan has
    first, second = json.loads(told.stdout)["accounts"]
    assert ("submit" in first["may"], "approve" in first["may"]) == (True, False)
    assert (second["may"], second["strange_units"]) == ([
        "submit", "evidence", "progress", "explain", "find", "recheck", "score", "cadence", "extend", "ask"],
        ["scince"])
    shown = gaoxin("accounts", "check").stdout
    assert "scince" in shown
    assert "按此文件不能演练：demo" in shown, "nobody hands in for the committee, and no admin consents"
    refused = gaoxin("approve", "demo", "application", "--by", "government", "--decision", "approve", "--reason", "好",
                     "--as-of", "2024-07-05")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert ME in refused.stderr
    assert gaoxin("returns", "submit", str(february), "--as-of", "2024-07-05").returncode == 0
    listed = gaoxin("ledger", "list", "--lang", "en").stdout
    assert f"{ME}@{socket.gethostname()} command line office/committee" in listed
    environment["GAOXIN_ACCOUNTS"] = str(tmp_path / "none.yaml")
    assert gaoxin("accounts", "check").returncode == 2
    del environment["GAOXIN_ACCOUNTS"]
    assert gaoxin("accounts", "check").returncode == 2
