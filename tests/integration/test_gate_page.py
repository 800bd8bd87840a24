"""The leader's gate: what it shows, consent, refusal and taking it back, figures that changed meanwhile, and who may not."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gaoxin.campaign import decisions, deliverables, gatekeeping, gateviewing, overseeing, reporting
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.cli.main import run
from gaoxin.clock import LATEST
from gaoxin.gates.model import WaiverEvidence
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.settings import Settings
from gaoxin.warehouse.engine import Warehouse
from gaoxin.web import engine
from tests.integration.test_gatekeeping import hand_in, industry, launch, months, register
from tests.pages import client

GATE = "/demo/gate/application"


@pytest.fixture
def told(monkeypatch) -> list[tuple]:
    """What Airflow was told; nobody waits there."""
    found: list[tuple] = []
    monkeypatch.setattr(engine, "answer_waiting",
                        lambda flow, step, decision, reason, user: found.append((flow, decision, reason)))
    monkeypatch.setattr(engine, "start", lambda runs: found.extend(("started", flow) for flow, *_ in runs))
    monkeypatch.setattr(engine, "ran", lambda *_: engine.Ran())
    return found


@pytest.fixture
def waits(demo_workplace) -> Callable:
    """The application's gate, of which all is met but the consent; decided once."""
    launch(demo_workplace)
    months(demo_workplace, 17, 26, 35, 44)
    ours = {"committee": ("A", "B", "C"), "science": ("D", "E")}
    for unit, codes in ours.items():
        register(demo_workplace("2024-04-08"), unit, "2024-Q1", *codes)
    gatekeeping.decide(demo_workplace("2024-06-27"), "collection")
    for unit, codes in ours.items():
        register(demo_workplace("2024-07-05"), unit, "2024-Q2", *codes)
    industry(demo_workplace("2024-07-05"), "2024-06", 61)
    w = demo_workplace("2024-07-29T10:00")
    deliverables.record_evidence(w, "dossier", "dossier", b"dossier", "d.pdf", "committee")
    assert gatekeeping.decide(demo_workplace("2024-07-29T11:00"), "application").waits_only_for_approval
    return demo_workplace


@pytest.fixture
def leader(settings: Settings, tmp_path) -> Callable[[str], TestClient]:
    """leader("mayor"): a browser of an account of the file."""
    file = tmp_path / "accounts.yaml"
    file.write_text("schema: 1\naccounts:\n  - {airflow: mayor, roles: [leader], units: [government]}\n"
                    "  - {airflow: office, roles: [office]}\n  - {airflow: clerk, roles: [unit], units: [science]}\n"
                    "  - {airflow: auditor, roles: [auditor]}\n"
                    "  - {airflow: dual, roles: [leader, unit], units: [government, science]}\n", encoding="utf-8")
    file.chmod(0o600)
    return lambda name: client(settings.model_copy(update={"accounts": file}), name)


def seal_on(page: str) -> str:
    found = re.search(r'name="seal" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def last_shown(page: str) -> int:
    found = re.search(r'name="after" value="(\d+)"', page)
    return int(found[1]) if found else 0


def said(browser: TestClient, decision: str, seal: str, reason: str = "", after: int | None = None, **more: Any):
    """after: the last word that the page showed; None for a page that is just drawn."""
    after = last_shown(browser.get(GATE).text) if after is None else after
    given = {"by": "government", "seal": seal, "after": after, "decision": decision, "reason": reason}
    return browser.post(f"{GATE}/consent", data=given, **more)


def words(settings: Settings) -> list[tuple[str, str | None, str | None]]:
    with Warehouse.open(settings).read() as store:
        return [(a.decision, a.reason, a.account) for a in store.decisions.approvals("demo", LATEST)]


def test_a_leader_is_asked_refuses_takes_it_back_and_the_gate_passes(waits, settings, leader, told):
    mayor = leader("mayor")
    page = mayor.get(GATE).text
    assert "其余条件均已具备，只待您同意" in page
    assert "不予通过" not in page
    assert "年工业总产值" in page
    refused = said(mayor, "reject", seal_on(page))
    assert refused.status_code == 409
    assert "不同意须写理由" in refused.text
    assert words(settings) == []

    assert "督查调度会启动下一次判定" not in page
    done = said(mayor, "reject", seal_on(page), "产值再核实")
    assert done.status_code == 303
    for path in (GATE, f"{GATE}?done=reject"):
        page = mayor.get(path).text
        assert "正在重新判定" in page
        assert "督查调度会启动下一次判定" not in page, "a run is under way"
    assert done.headers["location"] == "/gaoxin/demo/gate/application?done=reject"
    assert "已记录：不同意" in mayor.get(f"{GATE}?done=reject").text
    for other in ("approve", "waived", "closed"):
        assert 'class="banner" role="status"' not in mayor.get(f"{GATE}?done={other}").text, "the record knows of no such act"
    assert "已记录" not in leader("office").get(f"{GATE}?done=reject").text, "and it was not this one's"
    assert told == [("demo.phase03.application", "reject", "产值再核实"), ("started", "demo.phase03.application")]
    wall = mayor.get("/demo").text
    assert "审批不同意" in wall
    assert "只待同意" not in wall.partition('id="news"')[0], "a refusal is no request that waits"
    page = mayor.get(GATE).text
    assert "产值再核实" in page
    assert "撤回" in page
    assert "区政府不同意" in page
    assert said(mayor, "approve", seal_on(page)).status_code == 409, "without a reason"
    gatekeeping.decide(waits("2024-07-29T11:30"), "application")
    page = mayor.get(GATE).text
    history = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page.partition('id="history"')[2]))
    assert "! 只待同意 → ✗ 审批不同意" in history, "what changed is how it stands, though no condition did"
    assert said(mayor, "approve", seal_on(page), "已核实，同意").status_code == 303
    assert words(settings) == [("reject", "产值再核实", "mayor"), ("approve", "已核实，同意", "mayor")]
    assert gatekeeping.decide(waits("2024-07-29T12:00"), "application").verdict == "pass"
    page = mayor.get(GATE).text
    assert "关口已于 2024-07-29" in page
    assert "已由后来的意见取代" in page
    assert 'name="seal"' not in page
    assert said(mayor, "approve", "0" * 64).status_code == 409, "it has passed"


def test_the_start_names_the_campaign_that_waits_for_whoever_consents(waits, settings, leader, told, tmp_path):
    """Of several campaigns that one, first, and to nobody else; as long as it waits."""
    folder = tmp_path / "plans"
    shutil.copytree(settings.plans, folder, dirs_exist_ok=True)
    plan = (folder / "demo" / "plan.yaml").read_text(encoding="utf-8")
    (folder / "another").mkdir()
    (folder / "another" / "plan.yaml").write_text(re.sub(r"^id: demo$", "id: another", plan, flags=re.M), encoding="utf-8")
    leader("mayor")  # writes the accounts file
    of = settings.model_copy(update={"accounts": tmp_path / "accounts.yaml", "plans_": folder})
    mayor, office, clerk = (client(of, name) for name in ("mayor", "office", "clerk"))

    def waiting(browser: TestClient) -> list[str]:
        page = browser.get("/").text
        assert page.count('/mine">') == 2, page
        return re.findall(r'href="(/gaoxin/[^"]*)#consent"', page)

    assert [waiting(b) for b in (mayor, office, clerk)] == [["/gaoxin/demo/gate/application"], [], []]
    assert mayor.get("/").text.index("/demo/mine") < mayor.get("/").text.index("/another/mine")
    said(mayor, "reject", seal_on(mayor.get(GATE).text), "产值再核实")
    gatekeeping.decide(waits("2024-07-29T11:30"), "application")
    assert waiting(mayor) == []


def test_the_wall_and_a_gates_own_page_say_the_same_whatever_was_recorded_since_it_was_judged(waits, settings, leader):
    def agreed(at: str) -> tuple[str, str]:
        w = waits(at)
        found = next(p for p in overseeing.wall(w).phases if p.id == "application")
        seen = gateviewing.gate_seen(w, "application")
        assert found.gate is not None
        assert (found.gate.stands, found.told_as) == (seen.stands, seen.told_as), at
        assert {c.id for c in found.gate.open} == {c.id for c in seen.held}, at
        return str(found.gate.stands), str(found.told_as)

    assert agreed("2024-07-29T11:00") == ("awaits", "decision")
    told = [c.what.zh for c in overseeing.wall(waits("2024-07-29T11:00")).changes.told if c.id == "application"]
    assert any("判定：其余条件具备，只待同意" in what for what in told)
    assert not any("未通过" in what for what in told)
    decisions.approve(waits("2024-07-29T11:00"), "application", "government", "approve")  # at the same moment of the drill
    assert agreed("2024-07-29T11:00") == ("passed", "pending")
    for page in (leader("mayor").get("/demo").text, leader("mayor").get(GATE).text):
        assert "条件已全部具备，待正式判定" in page
    industry(waits("2024-07-30"), "2024-06", 63)
    assert agreed("2024-07-30") == ("awaits", "decision")
    industry(waits("2024-07-31"), "2024-06", 10)
    assert agreed("2024-07-31") == ("held", "decision")
    criterion = next(c.id for c in gateviewing.gate_seen(waits("2024-07-31"), "application").held if c.kind == "targets_met")
    decisions.waive(waits("2024-07-31"), "application", criterion, "government", "首年过渡", date(2024, 12, 31))
    assert agreed("2024-07-31") == ("awaits", "decision")
    assert agreed("2025-01-02") == ("held", "decision"), "the waiver is over by itself"
    assert [r.stands for r in gateviewing.gate_seen(waits("2025-01-02"), "application").history] == ["awaits"], "nothing was kept"


def test_a_page_that_does_not_show_the_last_word_cannot_overturn_it(waits, settings, leader, told):
    mayor = leader("mayor")
    old = mayor.get(GATE).text  # two tabs
    shown = last_shown(old)
    assert said(mayor, "reject", seal_on(old), "产值再核实", after=shown).status_code == 303
    for decision, reason in (("approve", "无意见"), ("approve", ""), ("reject", "另有理由")):
        stale = said(mayor, decision, seal_on(old), reason, after=shown)
        assert stale.status_code == 409
        assert "打开页面以后已有新的意见：区政府于 2024-07-29 11:00 不同意（产值再核实）" in stale.text
        assert "撤回，改为同意" in stale.text, "shown anew, as it stands"
    assert words(settings) == [("reject", "产值再核实", "mayor")]
    assert told == [("demo.phase03.application", "reject", "产值再核实"), ("started", "demo.phase03.application")]
    assert last_shown(stale.text) > shown
    assert said(mayor, "approve", seal_on(old), "已核实", after=last_shown(stale.text)).status_code == 303
    assert [d for d, *_ in words(settings)] == ["reject", "approve"]


@pytest.mark.parametrize("more", [False, True])
def test_what_made_a_word_void_is_told_though_the_clock_of_the_drill_stood_still(waits, settings, leader, told, more):
    """more: so much was recorded at that moment that it cannot be reckoned back; what was kept under the seal says it."""
    at = "2024-07-29T11:00"
    if more:
        industry(waits(at), "2024-06", 62)
    mayor = leader("mayor")
    assert said(mayor, "reject", seal_on(mayor.get(GATE).text), "再核实").status_code == 303
    industry(waits(at), "2024-06", 63)
    found = mayor.get(f"{GATE}/difference?word=0").text
    assert "没有变化" not in found
    assert "不能断定" not in found
    assert f"{62 if more else 61} 亿元（2024-06），已达到目标" in found
    assert "63 亿元（2024-06），已达到目标" in found


def test_figures_that_changed_since_the_page_was_drawn_refuse_the_word_and_are_shown(waits, settings, leader, told):
    mayor = leader("mayor")
    shown = seal_on(mayor.get(GATE).text)
    assert said(mayor, "approve", shown, "同意").status_code == 303
    industry(waits("2024-07-30"), "2024-06", 63)
    refused = said(mayor, "approve", shown, "同意")
    assert refused.status_code == 409
    assert "已变，意见未记录" in refused.text
    assert "63" in refused.text
    assert seal_on(refused.text) != shown
    assert len(words(settings)) == 1
    assert "已失效" in refused.text
    changed = mayor.get(f"{GATE}/difference?word=0").text
    assert "年工业总产值" in changed
    assert "61 亿元（2024-06），已达到目标" in changed
    assert "63 亿元（2024-06），已达到目标" in changed
    assert "高新技术企业" not in changed
    assert mayor.get(f"{GATE}/difference?word=9").status_code == 404


def test_the_command_line_says_what_voided_a_consent(waits, settings, leader, told, capsys, monkeypatch):
    monkeypatch.setenv("GAOXIN_HOME", str(settings.home))
    monkeypatch.setenv("GAOXIN_PLANS", str(settings.plans))
    monkeypatch.setenv("GAOXIN_DATABASE_URL", settings.database_url.get_secret_value())
    mayor = leader("mayor")
    assert said(mayor, "approve", seal_on(mayor.get(GATE).text), "同意").status_code == 303
    industry(waits("2024-07-30"), "2024-06", 63)
    assert run(["gate", "demo", "application", "--as-of", "2024-07-30", "--json"]) == 1
    (void,) = json.loads(capsys.readouterr().out)["void"]
    assert (void["by"], void["exact"], void["differences"][0]["about"]) == ("government", True, "指标“年工业总产值”")
    run(["gate", "demo", "application", "--as-of", "2024-07-30"])
    shown = "".join(capsys.readouterr().out.split())
    assert "区政府于2024-07-2911:00的意见已失效，此后变化：" in shown
    assert "年工业总产值”：61亿元（2024-06），已达到目标→63亿元（2024-06），已达到目标" in shown


def test_a_scan_of_the_sealed_sheet_comes_with_the_word_on_the_page(waits, settings, leader, told):
    mayor = leader("mayor")
    seal = seal_on(mayor.get(GATE).text)
    wrong = said(mayor, "approve", seal, "同意", files={"scan": ("签章.exe", b"MZ no scan", "application/pdf")})
    assert (wrong.status_code, "PDF、OFD、PNG" in wrong.text, words(settings)) == (409, True, [])
    sheet = {"scan": ("签章页.pdf", b"%PDF-1.7 sealed", "application/pdf")}
    assert said(mayor, "approve", seal, "同意", files=sheet).status_code == 303
    with Warehouse.open(settings).read() as store:
        (given,) = store.decisions.approvals("demo", LATEST)
        assert store.returns.content(given.scan or "") == b"%PDF-1.7 sealed"
    assert "签章扫描件" in mayor.get(GATE).text


def test_others_may_not_and_no_other_site_and_no_page_of_the_past(waits, settings, leader, told):
    page = leader("mayor").get(GATE).text
    for name, sees in (("office", 200), ("auditor", 200), ("clerk", 403), ("nobody", 403)):
        found = leader(name).get(GATE)
        assert found.status_code == sees, name
        assert 'name="seal"' not in found.text
        assert said(leader(name), "approve", seal_on(page)).status_code == 403, name
    assert said(leader("mayor"), "approve", seal_on(page), headers={"origin": "http://elsewhere"}).status_code == 403
    then = leader("mayor").get(f"{GATE}?as_of=2024-07-29T11:30").text
    assert "其余条件均已具备" in then
    assert 'name="seal"' not in then
    refused = leader("mayor").post(f"{GATE}/consent?as_of=2024-07-29T11:30", data={
        "by": "government", "seal": seal_on(page), "decision": "approve"})
    assert refused.status_code == 409
    assert "只能查看" in refused.text
    assert (words(settings), told) == ([], [])
    with Warehouse.open(settings).read() as store:
        tried = [e for e in store.ledger.events("demo", EventKind.ACT_REFUSED)]
    assert {(e.actor or {})["airflow"] for e in tried} == {"office", "auditor", "clerk", "nobody"}


def test_the_office_asks_now_once_and_a_leader_waives_with_a_reason_and_a_day(waits, settings, leader, told, monkeypatch):
    office, mayor = leader("office"), leader("mayor")
    assert "现在提请同意" in office.get(GATE).text
    assert office.post(f"{GATE}/ask").status_code == 303
    assert told == [("started", "demo.phase03.application")]
    page = office.get(f"{GATE}?done=asked").text
    assert "已提请同意。" in page
    consent = page.partition('id="consent"')[2].partition("</section>")[0]
    assert "已提请，正在重新判定关口" in consent
    assert 'hx-select="#consent"' in consent, "it looks by itself until it shows"
    assert ("尚未提请" in page, "现在提请同意" in page) == (False, False)
    assert office.post(f"{GATE}/ask").status_code == 409
    assert told == [("started", "demo.phase03.application")], "it is started once"
    over = engine.Ran(ended=waits("2024-07-29T11:30").now)
    with monkeypatch.context() as failed:
        failed.setattr(engine, "ran", lambda *_: over)
        assert "现在提请同意" in office.get(GATE).text, "a run that ended without having asked asks no more"
    from gaoxin.campaign import flows
    w = waits("2024-07-29T12:00")
    seal = flows.gate(w, flows.Asked(phase="application"))["seal"]
    assert not flows.ask_consent(w, flows.Asked(phase="application", by=("government",), seal=seal)).get("answered")
    page = office.get(GATE).text
    assert "已于 2024-07-29 12:00 提请" in page
    assert "正在重新判定关口并通知" not in page
    assert office.post(f"{GATE}/ask").status_code == 409
    # held anew: what is missing is named with its owner and where it stands, and can be waived
    hand_in(waits("2024-07-29T13:00"), "hnte_register", "science", "2024-Q2", [])
    page = mayor.get(GATE).text
    assert "关口不予通过" in page
    assert "/gaoxin/demo/indicator/hnte" in page
    assert "/gaoxin/demo/unit/science" in page
    waive = {"criterion": "targets", "by": "government", "reason": "", "expires": "2024-08-31"}
    assert mayor.post(f"{GATE}/waive", data=waive).status_code in (409, 422)
    assert mayor.post(f"{GATE}/waive", data=waive | {"reason": "企业正在复审"}).status_code == 303
    page = mayor.get(GATE).text
    assert "企业正在复审" in page
    assert "只待您同意" in page
    assert office.post(f"{GATE}/waive", data=waive | {"reason": "x"}).status_code == 403


def test_neither_consent_nor_a_gate_that_passed_is_waived_and_nothing_for_ever(waits, settings, leader, told):
    mayor = leader("mayor")

    def waive(criterion: str, expires: str = "2024-08-31") -> tuple[int, str]:
        done = mayor.post(f"{GATE}/waive", data={"criterion": criterion, "by": "government", "reason": "专题会议同意",
                                                 "expires": expires})
        return done.status_code, done.text

    for status, why, page in ((403, "同意不能豁免", waive("consent")), (409, "最多一年", waive("targets", "9999-12-31")),
                              (409, "写 2025-07-30 或以前的日期", waive("targets", "2025-07-31"))):
        assert (page[0], why in page[1]) == (status, True), page
    with Warehouse.open(settings).read() as store:
        assert [e.payload["act"] for e in store.ledger.events("demo", EventKind.ACT_REFUSED)] == ["waive"]
    with Warehouse.open(settings).begin() as store:  # as it was once taken
        at = waits("2024-07-29T11:00").now
        store.decisions.add_waiver("demo", WaiverEvidence("application", "consent", "government", "急", date(9999, 12, 31), at))
    seen = gatekeeping.decide(waits("2024-07-29T11:10"), "application")
    assert (seen.verdict, seen.waits_only_for_approval) == ("hold", True), "nobody has seen the figures"
    assert said(mayor, "approve", seal_on(mayor.get(GATE).text), "同意").status_code == 303
    assert gatekeeping.decide(waits("2024-07-29T12:00"), "application").verdict == "pass"
    refused, text = waive("targets")
    assert (refused, "关口已通过，无须豁免" in text) == (409, True)
    with Warehouse.open(settings).read() as store:
        assert [x.criterion for x in store.decisions.waivers("demo", LATEST)] == ["consent"]


def test_words_of_one_moment_are_each_recorded_and_the_last_counts(waits, settings, leader, told):
    mayor = leader("mayor")
    seal = seal_on(mayor.get(GATE).text)
    for decision, reason in (("reject", "产值再核实"), ("approve", "已核实"), ("reject", "产值再核实")):
        with Warehouse.open(settings).read() as store:
            last = store.decisions.last_word("demo", "application")
        done = said(mayor, decision, seal, reason, after=last.seq if last else 0)
        assert done.headers["location"].endswith(f"done={decision}")
    assert [w[:2] for w in words(settings)] == [("reject", "产值再核实"), ("approve", "已核实"), ("reject", "产值再核实")]
    with Warehouse.open(settings).read() as store:
        given = store.ledger.events("demo", EventKind.APPROVAL_RECORDED)
        assert [e.payload["decision"] for e in given] == ["reject", "approve", "reject"]
        assert len({e.at for e in given}) == 1, "the drill's clock stands"
    assert gatekeeping.decide(waits("2024-07-29T11:00"), "application").verdict == "hold"
    waiver = {"criterion": "targets", "by": "government", "expires": "2024-08-31", "scope": "later"}
    for reason in ("复审中", "复审中", "复审未毕"):  # the same words again are there already
        assert mayor.post(f"{GATE}/waive", data=waiver | {"reason": reason}).status_code == 303
    with Warehouse.open(settings).read() as store:
        assert len(store.decisions.waivers("demo", LATEST)) == 2
    assert verify_ledger(settings).intact


def test_what_would_be_refused_to_whoever_handed_in_figures_is_not_offered(waits, settings, leader, told):
    dual, mayor = leader("dual"), leader("mayor")
    page = mayor.get(GATE).text
    assert "只待您同意" in page
    shown = dual.get(GATE).text
    assert "只待区政府同意" in shown
    assert 'name="seal"' not in shown
    assert said(dual, "approve", seal_on(page), "同意").status_code == 403
    hand_in(waits("2024-07-29T13:00"), "hnte_register", "science", "2024-Q2", [])
    gatekeeping.decide(waits("2024-07-29T13:30"), "application")
    for offered in ('data-dialog="waive-targets"', 'data-dialog="close-1"'):
        assert offered in mayor.get(GATE).text
        assert offered not in dual.get(GATE).text
    assert 'data-dialog="waive-consent"' not in mayor.get(GATE).text
    with Warehouse.open(settings).read() as store:
        owed = store.decisions.rectifications("demo", LATEST, open_only=True)[0]
    close = {"rectification": owed.id, "by": "government", "reason": "已补"}
    assert dual.post(f"{GATE}/close", data=close).status_code == 403
    assert mayor.post(f"{GATE}/close", data=close).status_code == 303


def test_what_was_said_on_the_page_is_not_recorded_again_by_the_run_that_waited(waits, settings, leader, told):
    from gaoxin.campaign import flows
    from gaoxin.campaign.workplace import open_workplace
    from gaoxin.ledger.actor import Way

    mayor = leader("mayor")
    seal = flows.gate(waits("2024-07-29T12:00"), flows.Asked(phase="application"))["seal"]
    flows.ask_consent(waits("2024-07-29T12:00"), flows.Asked(phase="application", by=("government",), seal=seal))
    said(mayor, "approve", seal, "同意上报")

    def worker(account: str, decision: str) -> None:
        with_file = settings.model_copy(update={"accounts": mayor_file(leader)})
        w = open_workplace(with_file, "demo", acts=True, in_force=True, way=Way.DAG, airflow=account)
        flows.run(w, "consent", flows.Asked(phase="application", by=("government",), decision=decision, seal=seal, user=account))

    worker("mayor", "approve")
    assert words(settings) == [("approve", "同意上报", "mayor")]
    again = flows.Asked(phase="application", by=("government",), seal=seal)
    assert flows.ask_consent(waits("2024-07-29T12:00"), again)["answered"]
    worker("mayor", "reject")  # another word is another word
    assert [d for d, *_ in words(settings)] == ["approve", "reject"]


def mayor_file(leader):
    return leader.__closure__[0].cell_contents


def test_rectifications_of_this_gate_that_are_made_good_do_not_read_as_open(waits, settings):
    industry(waits("2024-07-30"), "2024-06", 10)
    gatekeeping.decide(waits("2024-07-30"), "application")
    assert "整改中" in client(settings).get(GATE).text
    industry(waits("2024-07-31"), "2024-06", 62)
    page = client(settings).get(GATE).text.partition('id="rectifications"')
    assert "所缺已补齐，待下次判定销号" in page[2]
    assert "整改中" not in page[2]
    gatekeeping.decide(waits("2024-07-31"), "application")
    assert "所缺已补齐，待下次判定销号" not in client(settings).get(GATE).text


def test_history_says_what_changed_from_one_to_the_next(waits, settings):
    page = client(settings).get(GATE).text
    assert "历次预演和判定" in page
    page = client(settings).get("/demo/gate/collection").text
    assert "关口已于 2024-06-27" in page
    assert "逾期" not in page.partition('id="criterion')[0]
    decisions.approve(waits("2024-08-09"), "application", "government", "approve", "同意")
    gatekeeping.decide(waits("2024-08-10T09:00"), "application")
    page = client(settings).get(GATE).text
    assert "逾期 10 天后通过" in page
    assert "已逾期" not in page
    assert client(settings).get("/demo/gate/nowhere").status_code == 404


def test_airflows_tabs_lead_to_the_pages(demo_workplace, settings, monkeypatch):
    demo_workplace("2024-03-10")
    ended = datetime(2024, 3, 9, 4, tzinfo=UTC)
    runs = {"gate__2024": engine.Ran(), "due__2024-02": engine.Ran({"owed": "2024-02"}),  # of these it is not known, or going
            "held": engine.Ran({}, ended), "held_in_a_drill": engine.Ran({"as_of": "2024-03-08T09:00:00+08:00"}, ended),
            "passed": engine.Ran({"as_of": "2024-03-08T09:00:00+08:00"}, ended, succeeded=True),
            "daily": engine.Ran({"as_of": "2024-03-08T09:00:00+08:00"}, ended, succeeded=True)}
    monkeypatch.setattr(engine, "ran", lambda flow, run: runs[run])
    browser = client(settings)
    for path, to in (("/dag/demo.phase03.application", "/gaoxin/demo/gate/application"),
                     ("/dag/demo.supervision", "/gaoxin/demo"),
                     ("/run/demo.phase01.launch/gate__2024", "/gaoxin/demo/gate/launch"),
                     ("/run/demo.statistics/due__2024-02", "/gaoxin/demo?period=2024-02"),
                     ("/run/demo.phase01.launch/held", "/gaoxin/demo/gate/launch?as_of=2024-03-09T12%3A00%3A00%2B08%3A00"),
                     ("/run/demo.phase01.launch/held_in_a_drill",
                      "/gaoxin/demo/gate/launch?as_of=2024-03-08T09%3A00%3A00%2B08%3A00"),
                     ("/run/demo.phase01.launch/passed", "/gaoxin/demo/gate/launch"),
                     ("/run/demo.rehearsal/daily", "/gaoxin/demo?as_of=2024-03-08T09%3A00%3A00%2B08%3A00")):
        found = browser.get(path)
        assert (found.status_code, found.headers.get("location")) == (303, to), path
    unknown = browser.get("/dag/example_bash_operator")
    assert unknown.status_code == 404
    assert "不属于任何创建工作" in unknown.text


def test_a_kept_report_is_shown_as_the_ledger_has_it_and_runs_nothing(waits, settings, leader):
    kept = reporting.kept_report(waits("2024-07-29T12:00"), Period.parse("2024-06"))
    name = kept[0].path.name
    mayor = leader("mayor")
    assert f"/gaoxin/demo/report/{name}" in mayor.get(GATE).text
    shown = mayor.get(f"/demo/report/{name}")
    assert shown.status_code == 200
    assert shown.content == kept[0].path.read_bytes()
    policies = [value for header, value in shown.headers.multi_items() if header == "content-security-policy"]
    assert len(policies) == 1
    assert "default-src 'none'" in policies[0]
    assert "script-src" not in policies[0]
    assert mayor.get(f"/demo/report/{kept[1].path.name}").headers["content-disposition"].startswith("attachment")
    assert leader("clerk").get(f"/demo/report/{name}").status_code == 403
    assert mayor.get("/demo/report/..%2F..%2Faccounts.yaml").status_code == 404
    assert mayor.get(f"/demo/report/{name}?as_of=2024-07-01").status_code == 404
    kept[0].path.write_bytes(b"<html>rewritten</html>")
    altered = mayor.get(f"/demo/report/{name}")
    assert altered.status_code == 409
    assert "与账本不符" in altered.text


def test_a_gate_that_has_passed_is_not_decided_again_by_a_run_that_somebody_starts(waits, settings, leader, told):
    """Consent is asked for anew where figures change; of a gate that has passed nobody is asked, and no later verdict stands
    beside the one that counts."""
    from gaoxin.campaign import flows

    w, asked = waits("2024-07-29T12:00"), flows.Asked(phase="application", run="manual__2024-07-30")
    said(leader("mayor"), "approve", flows.gate(w, asked)["seal"], "同意上报")
    passed = gatekeeping.decide(waits("2024-07-29T13:00"), "application")
    assert passed.verdict == "pass"
    industry(waits("2024-07-29T14:00"), "2024-06", 62)
    later = waits("2024-07-30T10:00")
    assert gatekeeping.evaluate(later, "application").waits_only_for_approval, "as it stands now consent would be asked for"
    with Warehouse.open(settings).read() as store:
        before = len(store.ledger.events())
    answer = flows.gate(later, asked)
    assert (answer["next"], answer["verdict"]) == ("release", "pass")
    assert "已于 2024-07-29 通过，不再判定" in answer["headline"]
    assert "passed on 2024-07-29; it is not decided again" in answer["note"]
    assert gatekeeping.decide(later, "application") == passed
    assert flows.ask_consent(later, flows.Asked(phase="application", by=("government",), seal="of other figures"))["answered"]
    with Warehouse.open(settings).read() as store:
        assert len(store.ledger.events()) == before
        assert [r.verdict for r in store.decisions.gate_history("demo", "application")] == ["hold", "pass"]
