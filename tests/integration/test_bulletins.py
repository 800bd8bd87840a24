"""Bulletins out of a real database: what they tell of every plan, that they are the same twice, how one comes to be released, and
what a correction afterwards makes of it."""

from __future__ import annotations

import io
import json
import os
import pwd
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from gaoxin.bulletins.due import cadences, due
from gaoxin.campaign import bulletin_acts as acts
from gaoxin.campaign import bulletin_facts, bulletins, correcting, deadlines, registering, tasking
from gaoxin.campaign.measuring import compute_indicators
from gaoxin.campaign.upkeep import verify_ledger as verify
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import ZONE, parse_as_of
from gaoxin.deadlines.model import State
from gaoxin.errors import Refused, UsageError
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed
from gaoxin.periods import Period
from gaoxin.plan.reading.loader import load_plan, plan_files
from gaoxin.reminders.waiting import Reason, Stop, late
from gaoxin.reports.documents.blocks import shown
from tests.pages import HERE, client
from tests.sums import hand_in, measured, played, years

DAGS = Path(__file__).resolve().parents[2] / "dags"
CAMPAIGNS = plan_files(DAGS)
CORRECTED = ("yearly", "committee", "2023", {"tax": 12.3, "turnover": 12, "margin": 14, "area": 100, "staff": 54000}, "更正")
DAY, QUARTER = "2024-04-09", Period.parse("2024-Q1")


@pytest.fixture
def filled(resting: Callable[[str], Workplace]) -> Callable[[str], Workplace]:
    years(resting("2024-04-08"))
    return resting


def built(w: Workplace, period: Period | None, out: Path, pages: str = "") -> dict[str, bytes]:
    """By what follows the period."""
    return {f.path.name.partition("__bulletin__")[2].partition(".")[2]: f.path.read_bytes()
            for f in bulletins.bulletin(w, period, out, pages)}


def text_of(content: bytes) -> str:
    from docx import Document as opened

    document = opened(io.BytesIO(content))
    return "\n".join([*(p.text for p in document.paragraphs),
                      *(cell.text for table in document.tables for row in table.rows for cell in row.cells)])


@pytest.mark.parametrize("campaign", sorted(CAMPAIGNS))
def test_every_plan_has_a_bulletin_or_says_why_there_is_none(campaign, settings_at, tmp_path):
    plan = load_plan(CAMPAIGNS[campaign])
    w = open_workplace(settings_at(tmp_path, DAGS), plan.id, datetime(2026, 3, 25, 18, tzinfo=ZONE))
    last = Period.of_year((plan.ends or date(2025, 12, 31)).year)
    if cadences(plan):
        assert built(w, None, tmp_path / "newest")["docx"]
    else:
        with pytest.raises(UsageError, match="方案没有规定"):
            built(w, None, tmp_path / "newest")
    found = built(w, last, tmp_path / "out")
    told, page = text_of(found["docx"]), found["html"].decode()
    assert plan.name.zh in told.replace("\n", "")
    assert last.said in told
    assert "本期没有可通报的进展" in told
    assert not re.search(r"\bNone\b|\bnan\b|gates\.|Decimal\(|Fraction\(|<Message", told + page)
    assert ("方案没有以数值衡量的指标" in told) is not bool(plan.indicators)
    for one in plan.governance.consequences:
        assert f"{one.when.zh}的，{one.then.zh}" in told
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize(("period", "why"), [("2024-05", "才结束"), ("2024", "才结束"), ("2019", "早于方案的起始日")])
def test_a_period_of_which_nothing_can_be_told_is_refused(filled, tmp_path, period, why):
    with pytest.raises(UsageError, match=why):
        built(filled(DAY), Period.parse(period), tmp_path)


def test_the_figures_are_those_of_the_indicators_as_of_the_period(filled, tmp_path):
    w = filled(DAY)
    page = built(w, QUARTER, tmp_path, "http://office.example:8080/")["html"].decode()
    known = [r for r in compute_indicators(w, QUARTER) if r.value is not None]
    assert known
    for r in known:
        assert f'<a href="http://office.example:8080/gaoxin/sums/indicator/{r.id}?as_of=2024-04-09T23%3A59%3A59%2B08' in page


def test_two_builds_of_one_record_are_the_same_to_the_byte_in_another_process_and_zone(filled, tmp_path):
    w = filled(DAY)
    first = built(w, QUARTER, tmp_path / "one")
    years(filled("2024-04-12"))  # known later
    env = os.environ | {"GAOXIN_HOME": str(w.settings.home), "GAOXIN_PLANS": str(w.settings.plans), "TZ": "America/Lima",
                        "PYTHONHASHSEED": "7", "LANG": "C", "GAOXIN_DATABASE_URL": w.settings.database_url.get_secret_value()}
    done = subprocess.run([Path(sys.executable).with_name("gaoxin"), "report", "bulletin", "sums", "--period", "2024-Q1", "-o",
                           str(tmp_path / "two"), "--as-of", DAY, "--json"], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = {Path(f["path"]).name.partition("2024-Q1.")[2]: f["sha256"] for f in json.loads(done.stdout)["files"]}
    assert told == {name: sha256(content).hexdigest() for name, content in first.items()}
    listed = json.loads(first["json"])
    assert listed["ledger"]["head"]
    assert {f["sha256"] for f in listed["files"]} == {told["docx"], told["html"]}
    assert time(23, 59, 59) == datetime.fromisoformat(listed["as_of"]).time()


def drafted(w: Workplace) -> Workplace:
    """With a draft of the first quarter that may be released."""
    acts.redraft(w, QUARTER, "committee")
    acts.write(w, QUARTER, "analysis", "一季度税收 {indicator:tax_mean}。", "committee")
    acts.write(w, QUARTER, "next", "各单位抓紧整改。", "committee")
    return w


def test_people_write_words_and_figures_come_from_the_snapshot_alone(filled):
    w = drafted(filled(DAY))
    with pytest.raises(UsageError, match="没有这样的数据"):
        acts.write(w, QUARTER, "overall", "税收 {indicator:nothing}", "committee")
    with pytest.raises(UsageError, match="没有文字部分"):
        acts.write(w, QUARTER, "figures", "税收 3", "committee")
    acts.comment(filled(DAY), QUARTER, "请补充原因", "supervision")
    told = text_of(bulletins.part(filled(DAY), QUARTER, "docx"))
    [r] = [r for r in compute_indicators(w, QUARTER) if r.id == "tax_mean"]
    assert f"一季度税收 {shown(r.value)} 万元。" in told
    assert "请补充原因" not in told
    assert "草稿" in told


def test_a_draft_keeps_what_it_was_composed_of_whatever_comes_afterwards(filled):
    w = drafted(filled(DAY))
    first = bulletins.part(w, QUARTER, "html")
    hand_in(filled("2024-04-12"), CORRECTED)
    assert bulletins.part(filled("2024-04-12"), QUARTER, "html") == first
    with pytest.raises(Refused, match="起草后数据有变化"):
        acts.release(filled("2024-04-13"), QUARTER, "supervision")
    assert acts.redraft(filled("2024-04-13"), QUARTER, "committee").edition == 2
    assert acts.release(filled("2024-04-13"), QUARTER, "supervision").edition == 2


def test_whoever_wrote_does_not_release_and_what_is_released_stays(filled):
    w = drafted(filled(DAY))
    with pytest.raises(NotAllowed, match="不能发布通报"):
        acts.release(w, QUARTER, "committee")
    acts.write(w, QUARTER, "praise", "支持督查室的意见。", "supervision")
    with pytest.raises(NotAllowed, match="不能自己发布"):
        acts.release(filled(DAY), QUARTER, "supervision")
    done = acts.release(filled(DAY), QUARTER, "government")
    assert done.number == "督查通报〔2024〕1号"
    for changing in (lambda: acts.write(filled(DAY), QUARTER, "next", "改写", "committee"),
                     lambda: acts.comment(filled(DAY), QUARTER, "迟到的意见", "supervision"),
                     lambda: acts.redraft(filled(DAY), QUARTER, "committee"),
                     lambda: acts.release(filled(DAY), QUARTER, "government")):
        with pytest.raises(Refused, match="已发布"):
            changing()
    word = text_of(bulletins.part(filled(DAY), QUARTER, "docx"))
    assert done.number in word
    assert "草稿" not in word and "待填" not in word  # noqa: PT018
    w = filled(DAY)
    with w.warehouse.read() as store:
        assert verify(w.settings).intact
        assert [e.payload["number"] for e in store.ledger.events("sums", EventKind.BULLETIN_RELEASED)] == [done.number]


def test_whoever_wrote_under_one_name_does_not_release_under_another(filled, tmp_path):
    (people := tmp_path / "accounts.yaml").write_text(
        f"schema: 1\naccounts:\n  - {{account: {pwd.getpwuid(os.geteuid()).pw_name}, airflow: boss, "
        "roles: [supervision, leader], units: [government]}\n", encoding="utf-8")
    settings = drafted(filled(DAY)).settings.model_copy(update={"accounts": people})
    acts.write(open_workplace(settings, "sums", parse_as_of(DAY), acts=True), QUARTER, "praise", "支持。", "supervision")
    with pytest.raises(NotAllowed, match="boss 撰写了通报文字"):
        acts.release(open_workplace(settings, "sums", parse_as_of(DAY), acts=True, airflow="boss"), QUARTER, "government")


@pytest.mark.parametrize(("number", "why"), [
    ("开督〔2024〕1号\n第二行", "控制字符"), ("<script>", "“<”、“>”"), ("开督1号\u202e", "U\\+202E"), ("〔〕", "不是文号"),
    ("开" * 41, "最多 40 字"),
])
def test_what_is_no_number_is_refused_since_it_stays_for_good(filled, number, why):
    w = drafted(filled(DAY))
    with pytest.raises(Refused, match=why):
        acts.release(w, QUARTER, "supervision", number)
    assert acts.release(w, QUARTER, "supervision", " 渝开督（2024） 3号 ").number == "渝开督（2024） 3号"


def test_texts_are_needed_before_it_is_released(filled):
    acts.redraft(filled(DAY), QUARTER, "committee")
    with pytest.raises(Refused, match="analysis"):
        acts.release(filled(DAY), QUARTER, "supervision")


def test_a_correction_after_the_release_makes_an_erratum(filled, tmp_path):
    done = acts.release(drafted(filled(DAY)), QUARTER, "supervision")
    kept = bulletins.part(filled(DAY), QUARTER, "docx")
    hand_in(filled("2024-04-12"), CORRECTED)
    [one] = [c for c in correcting.corrections(filled("2024-04-12")).corrections if any(a.kind == "bulletin" for a in c.affected)]
    touched = {a.id: a for a in one.affected if a.kind == "bulletin"}
    assert touched["2024-Q1/tax_mean"].old != touched["2024-Q1/tax_mean"].new
    [line] = bulletins.bulletins(filled("2024-04-12")).bulletins
    assert (line.state, line.open, line.errata) == ("released", len(touched), 0)
    with pytest.raises(UsageError, match="没有勘误"):
        bulletins.errata(filled("2024-04-12"), QUARTER, tmp_path)
    correcting.decide_correction(filled("2024-04-13"), one.id, "erratum", "supervision", "税收数据更正",
                                 ["bulletin:2024-Q1/tax_mean"])
    files = bulletins.errata(filled("2024-04-14"), QUARTER, tmp_path)
    told = text_of(files[0].path.read_bytes())
    both = [f"{shown(Decimal(one.partition(' ')[0]))} 万元" for one in (touched["2024-Q1/tax_mean"].old,
                                                                     touched["2024-Q1/tax_mean"].new or "")]
    for words in (done.number, *both, "税收数据更正"):
        assert words in told
    assert bulletins.part(filled("2024-04-14"), QUARTER, "docx") == kept
    again = bulletins.errata(filled("2024-04-15"), QUARTER, tmp_path / "again")
    assert [f.sha256 for f in again] == [f.sha256 for f in files]


def test_an_erratum_tells_what_follows_of_a_corrected_figure_why_it_was_corrected_and_leads_to_both(settings_at, tmp_path):
    from docx import Document as opened

    goal = measured("goal", "t", {"t": {"variable": "tax"}}, "亿元", {"at_least": 14})
    goal["stated"] = [{"value": 3, "on": "2021", "source": "附件"}]
    at = played(settings_at, tmp_path, [goal])
    years(at("2024-04-08"))
    acts.redraft(at(DAY), QUARTER, "committee", "http://office.example")
    for slot in ("analysis", "next"):
        acts.write(at(DAY), QUARTER, slot, "一季度税收 {indicator:goal}，完成 {completion:goal}。", "committee")
    acts.release(at(DAY), QUARTER, "supervision")
    low = {"tax": 5.3, "turnover": 12, "margin": 14, "area": 100, "staff": 54000}
    hand_in(at("2024-04-12"), ("yearly", "committee", "2023", low, "误计一家企业"))
    [one] = [c for c in correcting.corrections(at("2024-04-12")).corrections if any(a.kind == "bulletin" for a in c.affected)]
    correcting.decide_correction(at("2025-02-13"), one.id, "erratum", "supervision", "已核实", ["bulletin:2024-Q1/goal"])
    files = bulletins.errata(at("2025-02-14"), QUARTER, tmp_path)
    _, follows = opened(str(files[0].path)).tables
    assert [[c.text for c in row.cells][2:] for row in follows.rows] == [
        ["项目", "原通报", "更正后"], ["完成率", "96.4%", "53.6%"], ["达序时", "130.7%", "72.6%"],  # 7.5 of 14, of 10.3
        ["状态", "进度正常", "有风险"]]  # as of the bulletin: its day, of December, is over when that is decided
    told, page = text_of(files[0].path.read_bytes()), files[1].path.read_text()
    assert "园区管委会：误计一家企业" in told
    assert "区政府督查室：已核实" in told
    assert "其他内容不变" not in told
    for day, figure in (("2024-04-09", "13.5 亿元"), ("2025-02-13", "7.5 亿元"), ("2024-04-09", "96.4%"),
                        ("2025-02-13", "53.6%")):
        assert re.search(rf'<a href="http://office.example/gaoxin/sums/indicator/goal\?as_of={day}[^"]*">{figure}</a>', page)
    hand_in(at("2025-02-16"), ("yearly", "committee", "2023", low | {"tax": 6}, "再次更正"))
    again = bulletins.errata(at("2025-02-17"), QUARTER, tmp_path / "again")
    assert [f.sha256 for f in again] == [f.sha256 for f in files]


def test_a_week_end_is_nobodys_waiting():
    """Late from a Friday to the Sunday after: no working day was lost, and none was somebody else's."""
    friday, sunday = date(2024, 3, 8), date(2024, 3, 10)
    is_workday = load_plan(CAMPAIGNS["kaizhou_2020"]).workdays.is_workday
    assert not bulletin_facts.only_waited(late(friday, sunday, (), is_workday))
    tuesday, monday = date(2024, 3, 12), date(2024, 3, 11)
    assert bulletin_facts.only_waited(late(friday, tuesday, (Stop(Reason.QUESTION, friday),), is_workday))
    assert not bulletin_facts.only_waited(late(friday, tuesday, (Stop(Reason.QUESTION, friday, monday),), is_workday))


def test_supervision_drafts_what_is_due_once_and_late_where_its_day_is_over(resting):
    years(resting("2024-04-08"))
    assert [(str(d.period), d.late_days) for d in bulletins.due_drafts(resting("2024-04-10"))] == [
        ("2024-01", 52), ("2024-02", 30), ("2024-03", 0)]  # of the 10th, the 18th of February after Spring Festival
    assert bulletins.due_drafts(resting("2024-05-09")) == []
    made = bulletins.due_drafts(resting("2024-05-28"))
    assert [(str(d.period), d.late_days) for d in made] == [("2024-04", 18)]
    assert bulletins.due_drafts(resting("2024-05-29")) == []
    told = text_of(bulletins.part(resting("2024-05-29"), made[0].period, "docx"))
    assert f"实际晚 {made[0].late_days} 天补编" in told


def test_in_lianyungang_two_years_of_falling_propose_a_talk_and_of_rising_praise(settings_at, tmp_path):
    settings = settings_at(tmp_path, DAGS)
    registering.register_plan(settings, "lianyungang", parse_as_of("2021-12-01"), by="first act")
    of = {2021: {"supporting_policies": 90, "talent_cooperation": 40},
          2022: {"supporting_policies": 56, "talent_cooperation": 57},
          2023: {"supporting_policies": 20, "talent_cooperation": 100}}
    for year, told in of.items():
        w = open_workplace(settings, "lianyungang", parse_as_of(f"{year + 1}-01-10"))
        for task in w.plan.tasks:
            percent = {"free_trade_linkage": 99, **told}.get(task.id, 55)
            tasking.tell_progress(w, task.id, "commerce_bureau", Decimal(percent), "进展")
        period = Period.of_year(year)
        acts.redraft(w, period, "commerce_bureau")
        for slot in ("analysis", "next"):
            acts.write(w, period, slot, f"第 {year} 年的情况和要求。", "commerce_bureau")
        page = bulletins.part(w, period, "html").decode()
        if year < 2023:
            assert "的年度通报，无法判断" in page
        acts.release(w, period, "commerce_bureau")
    assert re.search("连续两年退位的，约谈整改（篇三 三\\(二\\)）。按历年年度通报名次，建议对象：[^。]*市各有关部门", page)
    assert re.search("持续进位的，通报表彰（篇三 三\\(二\\)）。按历年年度通报名次，建议对象：市人才办、市人社局", page)
    assert "与绩效薪酬和全员年度薪酬总额挂钩（篇三 三(二)）。方案没有可据以计算的规则" in page
    assert "名次与2022年通报比较" in page
    owed = [d for d in deadlines.deadlines(w, kinds=["bulletin"]).deadlines if d.ref in ("2021", "2022", "2023", "2024")]
    assert [(d.ref, str(d.due), d.state) for d in owed] == [
        ("2021", "2022-01-20", State.MET), ("2022", "2023-01-20", State.MET), ("2023", "2024-01-22", State.MET),
        ("2024", "2025-01-20", State.OPEN)]
    assert {d.unit for d in owed} == {"commerce_bureau"}


def test_a_year_of_kundulun_has_each_bulletin_on_its_day_and_none_twice(settings_at, tmp_path):
    settings = settings_at(tmp_path, DAGS)
    registering.register_plan(settings, "kundulun_2021", parse_as_of("2021-12-31"), by="first act")
    plan = open_workplace(settings, "kundulun_2021", parse_as_of("2021-12-31")).plan
    wanted = due(plan, date(2021, 12, 31), date(2022, 12, 31))
    made = []
    for day in sorted({one.day for one in wanted} | {one.day + timedelta(days=1) for one in wanted}):
        w = open_workplace(settings, "kundulun_2021", parse_as_of(str(day)))
        made += [(day, str(d.period), d.late_days) for d in bulletins.due_drafts(w)]
    assert made == [(one.day, str(one.period), 0) for one in wanted]
    assert len(made) == 12 + 4 + 2 + 1


def test_on_its_page_a_bulletin_is_written_released_and_shows_its_erratum(filled):
    w = filled(DAY)
    asked = client(w.settings)

    def post(path: str, **given: str) -> int:
        return asked.post(f"/sums/bulletins{path}", data=given, headers=HERE, follow_redirects=False).status_code

    assert post("", by="committee", period="2024年一季度") == 303
    assert post("/2024-Q1/text", by="committee", slot="next", words="{indicator:nothing}") == 404
    early = asked.post("/sums/bulletins/2024-Q1/release", data={"by": "supervision"}, headers=HERE)
    assert (early.status_code, "先在本期通报页面点“改写”逐项写好" in early.text) == (409, True)
    for slot in ("analysis", "next"):
        assert post("/2024-Q1/text", by="committee", slot=slot, words="税收 {indicator:tax_mean}") == 303
    assert post("/2024-Q1/comment", by="supervision", words="同意发布") == 303
    assert "同意发布" in asked.get("/sums/bulletins/2024-Q1").text
    assert post("/2024-Q1/release", by="supervision") == 303
    assert post("/2024-Q1/release", by="supervision") == 409
    hand_in(filled("2024-04-12"), CORRECTED)
    page = asked.get("/sums/bulletins/2024-Q1?lang=en").text
    assert "Figures corrected since its release" in page
    [one] = [c for c in correcting.corrections(filled("2024-04-13")).corrections if c.affected]
    correcting.decide_correction(filled("2024-04-13"), one.id, "erratum", "supervision", "税收数据更正")
    assert "erratum.docx" in asked.get("/sums/bulletins/2024-Q1").text
    assert asked.get("/sums/bulletins/2024-Q1/erratum.docx").status_code == 200
    assert "督查通报〔2024〕1号" in asked.get("/sums/bulletins").text
