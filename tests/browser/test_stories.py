"""The stories of those for whom the pages are, in a real browser: they log in, act, and see what came of it."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from gaoxin.plan.reading.loader import load_plan
from gaoxin.returns.reader import read_file
from tests.return_files import PLAN_FILES, by_variable, packed

pytestmark = [pytest.mark.browser, pytest.mark.scheduler, pytest.mark.timeout(1500)]
FAULTY = "industry__committee__2024-05"
STATIC = Path(__file__).resolve().parents[2] / "plugins" / "gaoxin" / "web" / "static"

JUNE = re.compile("2024-06|2024年6月")  # as a column of periods has it, or as people write it


def test_the_session_says_where_the_board_is_before_and_after_it_plays(session):
    board = f"{session.url}/plugin/gaoxin/gaoxin/demo"
    assert session.said.count(board) == 2
    assert session.said.index(board) < session.said.index("[1/")


def test_the_note_of_a_run_says_first_what_came_of_it(session):
    asked = httpx.get(f"{session.url}/api/v2/dags/~/dagRuns", params={"limit": 100}, trust_env=False, timeout=60,
                      headers={"Authorization": f"Bearer {session.token('operator')}"})
    notes = {run["dag_id"]: run["note"] for run in asked.json()["dag_runs"] if run["state"] in ("success", "failed")}
    verdict, _, why = notes["demo.rehearsal"].partition("\n\n启动原因：")
    assert "预演：若在今日，" in verdict
    assert "关口预演" in why
    (decided,) = (note for dag, note in notes.items() if ".phase" in dag)
    assert re.match(r"【演练】申请.*：(通过|不予通过，差 \d+ 项)(，逾期 \d+ 天判定)?\n\n", decided), decided
    held = next(note for dag, note in notes.items() if "不予通过" in note)
    assert re.search(r"\n\n- (✗|？|…).*\n(    - .*\n)*", held), held
    asked = httpx.get(f"{session.url}/api/v2/dags/demo.rehearsal/dagRuns/~/taskInstances", trust_env=False, timeout=60,
                      headers={"Authorization": f"Bearer {session.token('operator')}"})
    told = {ti["task_id"]: ti["note"] for ti in asked.json()["task_instances"]}
    assert "预演：若在今日，" in told["rehearse"]


def test_a_deep_link_survives_the_login_and_the_navigation_leads_to_the_board(session, seat):
    at = seat("operator", login=False)
    at.opens("/plugin/gaoxin/gaoxin/demo?lang=zh")
    at.logs_in("operator", session.passwords["operator"])
    at.frame.locator("h1").first.wait_for()
    assert "/plugin/gaoxin/gaoxin/demo" in at.page.url
    at.opens("/")
    at.page.get_by_text("创建工作台").first.click()
    at.frame.locator("header.top").wait_for()
    assert at.page.evaluate("[localStorage.timezone, localStorage.i18nextLng]") == ['"Asia/Shanghai"', "zh-CN"]


def test_whoever_chose_a_language_keeps_it(session, seat):
    at = seat("operator")
    at.page.add_init_script("localStorage.setItem('i18nextLng', 'en'); localStorage.setItem('timezone', '\"UTC\"')")
    at.opens("/")
    at.page.get_by_text("创建工作台").first.wait_for()
    assert at.page.evaluate("[localStorage.timezone, localStorage.i18nextLng]") == ['"UTC"', "en"]


def test_after_the_login_has_ended_the_frame_asks_for_another_and_comes_back(session, seat):
    at = seat("operator")
    at.opens("/plugin/gaoxin/gaoxin/demo")
    at.frame.locator("header.top").wait_for()
    at.page.context.clear_cookies()
    at.frame.locator("header.top nav a").first.click()
    at.frame.locator("a.primary", has_text="登录").click()
    at.frame.locator("input[name=username]").fill("operator")
    at.frame.locator("input[name=password]").fill(session.passwords["operator"])
    at.frame.locator("button[type=submit]").click()
    at.frame.locator("header.top").wait_for()
    at.amiss = [a for a in at.amiss if "401" not in a]  # that it had ended


def test_every_asset_is_served_and_none_names_another_host(session, seat):
    at = seat("operator")
    for file in STATIC.iterdir():
        said = at.page.request.get(f"{session.url}/gaoxin/static/{file.name}")
        assert said.ok, file.name
        hosts = re.findall(rb"https?://([\w.-]+)", said.body())
        assert file.name.startswith("LICENSE") or set(hosts) <= {b"www.w3.org"}, file.name  # names of XML, not addresses


@pytest.mark.parametrize(("name", "place"), [("operator", "/gaoxin/demo"), ("clerk", "/gaoxin/demo/unit/committee"),
                                             ("mayor", "/gaoxin/demo"), ("inspector", "/gaoxin/demo")])
def test_everybody_is_led_to_a_place_of_their_own(session, seat, name, place):
    at = seat(name)
    at.opens("/plugin/gaoxin/gaoxin/" if at.framed else "/gaoxin/")
    at.frame.locator("header.top").wait_for()
    at.page.wait_for_url(f"**{place}*")
    assert at.frame.locator("main h1, main h2").first.inner_text()


def test_a_unit_sees_its_own_and_nothing_else(session, seat):
    at = seat("other_clerk")
    said = {path: at.page.request.get(f"{session.url}/gaoxin/demo{path}", max_redirects=0).status for path in
            ("", "/gate/application", "/unit/committee", "/unit/science", f"/return/demo__{FAULTY}__v1")}
    assert said[""] == 303, "to its own desk"
    assert said["/gate/application"] == 403
    assert said[f"/return/demo__{FAULTY}__v1"] == 403
    assert said["/unit/committee"] == 403
    assert said["/unit/science"] == 200
    lists = [at.page.request.get(f"{session.url}{path}").status for path in
             ("/api/v2/dags", "/api/v2/dags/demo.statistics/dagRuns", "/ui/dags", "/api/v2/eventLogs", "/api/v2/hitlDetails")]
    assert set(lists) <= {403, 404}, "Airflow's own lists and logs are of all units"


@pytest.mark.parametrize("path", ["/", "/plugin/gaoxin/gaoxin/demo/unit/committee"])
def test_a_unit_that_comes_to_airflows_pages_is_led_to_its_own(session, seat, path):
    at = seat("clerk")
    at.opens(path)
    at.page.wait_for_url(f"{session.url}/gaoxin/demo/unit/committee*")
    at.page.locator("header.top").wait_for()
    at.amiss.clear()  # Airflow's page complains of what it may not show, before it is left


def test_an_operator_sees_within_three_clicks_why_the_gate_is_held_and_who_must_do_what(session, seat):
    at = seat("operator")
    at.opens("/")
    at.click(at.page.get_by_text("创建工作台").first)
    at.click(at.frame.locator("a[href*='/gate/application']").first)
    held = at.frame.locator(".criterion", has_text="园区管委会").first
    held.wait_for()
    assert "不" in at.frame.locator("#stands .verdict").inner_text()
    assert "2024年5月" in held.inner_text(), "which return, of whom"
    at.click(held.locator("a[href*='/return/']").first)
    at.page.wait_for_url(f"**/return/*{FAULTY}*")
    assert at.clicks <= 3


def test_an_auditor_comes_from_an_indicator_to_the_lit_cell_and_sees_what_was_known_then(session, seat):
    at = seat("inspector")
    at.opens("/plugin/gaoxin/gaoxin/demo/indicators")
    at.click(at.frame.locator("a[href*='/indicator/gross_output']").first)
    at.click(at.frame.locator("#trace a[href*='/return/'][href*='cell=']").first)
    lit = at.frame.locator("td.lit, .lit").first
    lit.wait_for()
    assert lit.inner_text().strip()
    at.opens("/plugin/gaoxin/gaoxin/demo/indicators")
    at.frame.locator("input[name=as_of]").fill("2024-06-01T12:00")
    at.frame.locator("form.when button").click()
    at.frame.locator(".banner", has_text="历史页面只能查看").wait_for()
    assert at.frame.locator("form[method=post]").count() == 0


def test_a_cell_of_the_map_opens_the_return_that_was_sent_back(session, seat):
    at = seat("operator")
    at.opens("/plugin/gaoxin/gaoxin/demo")
    at.frame.locator("table.heat td.h-bad a").first.click()
    at.page.wait_for_url("**/return/demo__industry__committee__2024-05*")


def test_the_office_sees_which_source_gave_nothing_and_why(session, seat):
    at = seat("operator")
    at.opens("/plugin/gaoxin/gaoxin/demo/units")
    line = at.frame.locator("#sources tr", has_text="share")
    line.wait_for()
    told = line.inner_text()
    assert "2024年5月" in told
    assert "unit_share" in told, "the connection that is missing"


def test_a_clerk_uploads_a_workbook_and_sees_the_verdict(session, seat):
    at = seat("clerk")
    at.opens("/gaoxin/")
    at.frame.locator("#back").wait_for()
    at.page.wait_for_url("**/unit/committee*")
    assert "2024年5月" in at.frame.locator("#back").inner_text()
    at.frame.locator("#upload summary").click()
    at.frame.locator("#upload textarea[name=reason]").fill("分项合计改正")
    at.frame.locator("#upload input[type=file]").set_input_files(session.corrected)
    at.frame.locator("#upload button.primary").click()
    at.page.wait_for_url("**/receipts*", timeout=120_000)
    at.frame.locator("main .state.good").first.wait_for()
    at.opens("/gaoxin/demo/unit/committee")
    at.frame.locator("#upload").wait_for()
    assert at.frame.locator("#back").count() == 0, "nothing is left to be corrected"
    audit = seat("inspector").page.request.get(f"{session.url}/gaoxin/audit/ledger?campaign=demo&account=clerk")
    assert audit.ok
    assert FAULTY in audit.text(), "the record names the account that handed it in"


def test_a_return_is_sent_back_by_hand_with_a_reason_asked_about_answered_and_taken_back(session, seat):
    """By supervision: what the office's own unit handed in is not the office's to judge."""
    judge, office, clerk = seat("supervisor"), seat("operator"), seat("clerk")
    of = f"/plugin/gaoxin/gaoxin/demo/return/demo__{FAULTY}__v2"
    judge.opens(of)
    marked = judge.frame.locator("table.grid tbody td.num").first
    cell = (marked.get_attribute("id") or "").removeprefix("c-")
    marked.click()
    judge.frame.locator("#review [data-dialog=send-back]").click()
    dialog = judge.frame.locator("dialog[open]")
    assert dialog.locator("input[name=cell]").input_value().endswith(f"!{cell}"), "the cell that was clicked"
    dialog.locator("textarea[name=because]").fill("请核对这一数与统计局数的口径")
    dialog.locator("button.primary").click()
    judge.frame.locator(".card.bad", has_text="已退回修改").wait_for()

    clerk.opens("/gaoxin/demo/unit/committee")
    back = clerk.frame.locator("#back", has_text="请核对这一数与统计局数的口径")
    back.wait_for()
    back.locator("a[href*='cell=']", has_text=f"!{cell}").click()
    assert clerk.frame.locator("td.lit").get_attribute("id") == f"c-{cell}"
    clerk.opens("/gaoxin/demo/unit/committee")
    if not clerk.frame.locator("#ask[open]").count():
        clerk.frame.locator("#ask summary").click()
    clerk.frame.locator("#ask textarea").fill("统计局数以哪一天的为准？")
    clerk.frame.locator("#ask button.primary").click()
    clerk.frame.locator("#questions .question", has_text="待答复").wait_for()

    office.opens("/plugin/gaoxin/gaoxin/demo/units")
    asked = office.frame.locator("#questions .question", has_text="统计局数以哪一天的为准")
    asked.locator("textarea").fill("以月度快报为准，原数无误")
    asked.locator("button.primary").click()
    office.frame.locator("details", has_text="已答复的提问").wait_for()
    judge.opens(of)
    judge.frame.locator("#review [data-dialog=take-back]").click()
    judge.frame.locator("dialog[open] textarea").fill("口径已核对一致")
    judge.frame.locator("dialog[open] button.primary").click()
    judge.frame.locator("h1 .state.good").wait_for()
    clerk.opens("/gaoxin/demo/unit/committee")
    clerk.frame.locator("#questions blockquote", has_text="以月度快报为准").wait_for()
    assert clerk.frame.locator("#back").count() == 0, "what was sent back was taken back"
    told = seat("inspector").page.request.get(f"{session.url}/gaoxin/audit/ledger?campaign=demo&account=supervisor").text()
    assert "退回" in told
    assert "撤回" in told, "both are recorded, with the account"


def test_a_leader_consents_and_the_gate_is_judged_again(session, seat):
    at = seat("mayor")
    at.opens("/plugin/gaoxin/gaoxin/demo/gate/application")
    at.frame.locator("#consent.asked").wait_for()
    assert "只待" in at.frame.locator("#stands").inner_text()
    at.frame.locator("#consent button", has_text="不同意").click()
    dialog = at.frame.locator("dialog[open]")
    assert dialog.locator("textarea[required]").count() == 1, "a refusal needs a reason"
    dialog.locator("[data-close]").click()
    at.frame.locator("#consent button.primary").click()
    at.frame.locator("dialog[open] button.primary").click()
    at.frame.locator(".banner", has_text="已记录：同意").wait_for()
    at.frame.locator("#stands .verdict", has_text="关口已于").wait_for(timeout=240_000)


def own_table(session, heading: str = "上年同期", stray: int | None = None, rate: Decimal | None = None) -> dict[str, object]:
    """What was accepted for the last month, in the unit's own table, as a file chooser takes it. rate: of value added, where it
    is to be another."""
    import openpyxl

    given = by_variable(read_file(session.last.read_bytes(), session.last.name, lambda _: load_plan(PLAN_FILES["demo"])))
    book = openpyxl.Workbook()
    sheet = book.create_sheet("经济月报", 0)
    for row in (["管委会经济月报"], ["（2024年6月）"], ["指标", "计量单位", "累计", heading]):
        sheet.append(row)
    rows = {"一、工业总产值": "gross_output", "　　其中：轻工业": "light_output", "　　　　　重工业": "heavy_output",
            "二、工业增加值": "value_added", "三、规上企业数": "enterprises"}
    for name, variable in rows.items():
        one = given[variable]
        value = given["gross_output"].value.value * rate if rate and variable == "value_added" else one.value.value
        sheet.append([name, one.unit_given, value, 1])
    sheet["H1"] = stray
    return {"name": "经济月报.xlsx", "buffer": packed(book),
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def uploads(at, given: dict[str, object]) -> None:
    at.opens("/gaoxin/demo/unit/committee")
    at.frame.locator("#upload summary").click()
    at.frame.locator("#upload textarea[name=reason]").fill("改报本单位自有的表")
    at.frame.locator("#upload input[type=file]").set_input_files(given)
    at.frame.locator("#upload button.primary").click()
    at.page.wait_for_url("**/receipts*", timeout=120_000)


def test_a_units_own_table_is_taken_and_one_with_other_headings_waits_for_the_office(session, seat):
    clerk, office = seat("clerk"), seat("operator")
    uploads(clerk, own_table(session, stray=87654))
    clerk.frame.locator("main h1 .state.good, main h1 .state.warn").first.wait_for()
    clerk.frame.locator("a", has_text="在原表上看").click()
    clerk.frame.locator("table.grid").wait_for()
    ways = {way: clerk.frame.locator(f"table.grid td.m-{way}") for way in ("taken", "left", "told")}
    assert {way: found.evaluate_all("all => all.map(one => one.id)") for way, found in ways.items()} == {
        "taken": [f"c-C{row}" for row in range(4, 9)], "left": [f"c-D{row}" for row in range(4, 9)], "told": ["c-H1"]}
    looks = {found.first.evaluate("one => getComputedStyle(one).background + getComputedStyle(one).boxShadow")
             for found in ways.values()}
    assert len(looks) == 3, "each way looks otherwise"

    uploads(clerk, own_table(session, heading="去年同期"))
    refused = clerk.frame.locator("main article").inner_text()
    assert all(word in refused for word in ("上年同期", "去年同期", "办公室"))
    clerk.opens("/gaoxin/demo/unit/committee")
    clerk.frame.locator("#waiting", has_text="经济月报.xlsx").wait_for()
    office.opens("/plugin/gaoxin/gaoxin/demo/units")
    listed = office.frame.locator("#drifted tr", has_text="经济月报.xlsx")
    assert "园区管委会" in listed.inner_text()


def test_a_warning_is_explained_sent_back_and_accepted_and_an_auditor_sees_rules_and_trends(session, seat):
    """Judgement: findings in their order, the reviewer's answer where the unit reads it, what judges by now and what does not."""
    clerk, judge, audit = seat("clerk"), seat("supervisor"), seat("inspector")
    uploads(clerk, own_table(session, rate=Decimal("0.7")))
    clerk.frame.locator("main h1 .state.good, main h1 .state.warn").first.wait_for()

    def explains(text: str) -> None:
        clerk.opens("/gaoxin/demo/unit/committee")
        clerk.frame.locator("#explain tr", has_text=JUNE).locator("a.button").click()
        clerk.frame.locator("#explain textarea").fill(text)
        clerk.frame.locator("#explain button.primary").click()
        clerk.frame.locator("#explain", has_text="待审核").wait_for()

    def reviews(text: str, comment: str, outcome: str) -> None:
        judge.opens("/plugin/gaoxin/gaoxin/demo/units")
        line = judge.frame.locator("#explanations tr", has_text=text).first
        line.locator("a.button").click()
        judge.frame.locator("#explanations textarea").fill(comment)
        judge.frame.locator(f"#explanations button[value={outcome}]").click()
        judge.frame.locator("ol.findings blockquote", has_text=comment).first.wait_for()

    explains("新投产")
    assert "很短" in clerk.frame.locator("#explain").inner_text(), "told at once"
    found = clerk.frame.locator("ol.findings > li").evaluate_all("all => all.map(one => one.className)")
    assert found == sorted(found, key=["error", "warning", "info"].index)
    assert "warning" in found
    reviews("新投产", "写明是哪家企业", "send_back")
    clerk.opens("/gaoxin/demo/unit/committee")
    assert "写明是哪家企业" in clerk.frame.locator("#explain").inner_text(), "where the unit owes it again"
    explains("华星公司一期投产，增加值率高于传统行业")
    reviews("华星公司", "已核投产批文", "accept")
    clerk.opens("/gaoxin/demo/unit/committee")
    clerk.frame.locator("#upload").wait_for()
    assert clerk.frame.locator("#explain tr", has_text=JUNE).count() == 0, "it is closed"

    audit.opens("/plugin/gaoxin/gaoxin/audit/rules?campaign=demo")
    draft = audit.frame.locator("tr", has_text="heavy_share")
    assert "草案" in draft.inner_text()
    assert "施行中" in audit.frame.locator("tr", has_text="va_rate").inner_text()
    audit.opens("/plugin/gaoxin/gaoxin/audit/quality?campaign=demo")
    audit.frame.locator("svg.chart").first.wait_for()
    month = audit.frame.locator("tr", has_text=JUNE)
    assert int(month.locator("td.num").last.inner_text()) > 0, "its warnings are counted"


def slowly(asked: Any) -> None:
    time.sleep(1)
    asked.continue_()


def test_a_problem_is_found_made_good_and_rechecked_and_the_dossier_is_built_of_what_stands(session, seat, tmp_path):
    """The supervision office records what it found, the unit hands in evidence, only the finder closes it; then the office builds
    the dossier, whose files are those of its own list, and the ledger of tasks is downloaded."""
    found, at = "台账与现场不一致", seat("supervisor")
    # A click before the page's own script has come would be lost: nothing is shown before it.
    at.page.route("**/app.js*", slowly)
    at.opens("/plugin/gaoxin/gaoxin/demo/problems")
    at.frame.locator("button[data-dialog='add']").click()
    form = at.frame.locator("dialog#add")
    form.locator("select[name=origin]").select_option(index=0)
    form.locator("input[name=source]").fill("八月现场督查")
    form.locator("textarea[name=text]").fill(found)
    form.locator("select[name=owner]").select_option("science")
    form.locator("textarea[name=standard]").fill("台账与现场逐户一致")
    form.locator("input[name=due]").fill("2024-08-30")
    form.locator("button.primary").click()
    at.frame.locator(".banner", has_text=found).wait_for()
    assert at.frame.locator("button[data-dialog^='hand-']").count() == 0, "it is not its own to make good"

    unit, proof = seat("other_clerk"), tmp_path / "核对表.pdf"
    proof.write_bytes(b"%PDF-1.7 checked")
    unit.opens("/gaoxin/demo/problems")
    row = unit.frame.locator("tr", has_text=found)
    row.locator("button[data-dialog^='hand-']").click()
    dialog = unit.frame.locator("dialog[open]")
    dialog.locator("input[type=file]").set_input_files(str(proof))
    dialog.locator("textarea[name=note]").fill("已逐户核对")
    dialog.locator("button.primary").click()
    unit.frame.locator("tr", has_text=found).locator("text=待复查").first.wait_for()
    assert unit.frame.locator("button[data-dialog^='check-']").count() == 0, "nobody re-checks their own"

    at.opens("/plugin/gaoxin/gaoxin/demo/problems?everything=true")
    at.frame.locator("tr", has_text=found).locator("button[data-dialog^='check-']").click()
    dialog = at.frame.locator("dialog[open]")
    dialog.locator("textarea[name=reason]").fill("现场复核一致")
    dialog.locator("button[value=accepted]").click()
    at.frame.locator(".banner", has_text=found).wait_for()
    at.opens("/plugin/gaoxin/gaoxin/demo/problems?everything=true")
    at.frame.locator("tr", has_text=found).locator("text=已销号").first.wait_for()

    office = seat("operator")
    office.opens("/plugin/gaoxin/gaoxin/demo/dossier")
    office.frame.locator("form[action*='/dossier'] button.primary").click()
    office.frame.locator(".banner", has_text="已编制").wait_for()
    links = office.frame.locator("a[href*='/dossier/'][href*='sha256=']")
    listed = {a.get_attribute("href") or "": a.inner_text() for a in links.all()}
    assert any(name.endswith(".docx") for name in listed.values())
    for href, name in listed.items():
        said = office.page.request.get(f"{session.url}{href}" if href.startswith("/") else href)
        wanted = re.search(r"sha256=([0-9a-f]{64})", href)
        assert wanted
        assert sha256(said.body()).hexdigest() == wanted[1], name
    ledger = office.page.request.get(f"{session.url}/gaoxin/demo/tasks.xlsx")
    assert ledger.ok
    assert ledger.body()[:2] == b"PK"


def test_the_office_reads_the_calendar_a_bulletin_is_written_and_released_and_what_went_out_is_seen(session, seat):
    """From the month's deadlines to the thing itself; a bulletin is drafted and written by the office, released by another."""
    office = seat("operator")
    office.opens("/plugin/gaoxin/gaoxin/demo/calendar?month=2024-07&kind=gate")
    office.frame.locator("table.month td", has_text="申请阶段").first.wait_for()
    office.frame.locator("table.due-list tbody a", has_text="申请阶段").first.click()
    office.frame.locator("h1", has_text="申请阶段").wait_for()

    office.opens("/plugin/gaoxin/gaoxin/demo/bulletins")
    office.frame.locator("button[data-dialog='draft']").click()
    form = office.frame.locator("dialog#draft")
    form.locator("input[name=period]").fill("2024-06")
    form.locator("select[name=by]").select_option("committee")
    form.locator("button.primary").click()
    office.frame.locator(".banner", has_text="草稿已编制").wait_for()
    for n in range(office.frame.locator("button[data-dialog^='text-']").count()):
        office.frame.locator("button[data-dialog^='text-']").nth(n).click()
        dialog = office.frame.locator("dialog[open]")
        if not dialog.locator("textarea").input_value():
            dialog.locator("textarea").fill("各单位按期报送，进度总体正常。")
        dialog.locator("button.primary").click()
        office.frame.locator(".banner", has_text="文字已记录").wait_for()

    releases = seat("supervisor")
    releases.opens("/plugin/gaoxin/gaoxin/demo/bulletins/2024-06")
    releases.frame.locator("button[data-dialog='release']").click()
    releases.frame.locator("dialog#release button.primary").click()
    releases.frame.locator(".banner", has_text="已发布").wait_for()
    read = releases.page.request.get(f"{session.url}/gaoxin/demo/bulletins/2024-06/html")
    assert read.ok
    assert "进度总体正常" in read.text()

    office.opens("/plugin/gaoxin/gaoxin/demo/sent")
    office.frame.locator("table tbody tr").first.wait_for()
