"""The campaign's wall on played campaigns: what it says is what the ledger holds, and what the other use cases say."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml

from gaoxin.campaign import alarming, deliverables, desks, gatekeeping, measuring, overseeing, reminding
from gaoxin.campaign.intake import submit_files
from gaoxin.campaign.owing import returns_of
from gaoxin.campaign.registering import register_plan
from gaoxin.campaign.standing import returns_status
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import local_day, parse_as_of
from gaoxin.gates.model import GateVerdict
from gaoxin.returns.model import ReturnState
from tests.conftest import PLANS
from tests.pages import client
from tests.sums import told, years

DEMO = PLANS / "demo" / "plan.yaml"


def hand_in(w, drop, industry, period: str, **values) -> None:
    submit_files(w.settings, [drop(f"demo__industry__committee__{period}.csv", industry(**values))], w.now)


@pytest.fixture
def played(demo_workplace, drop, industry):
    """The demo until the tenth of April: January accepted, February late, March sent back; launch passed, the next gate held."""
    w = demo_workplace("2024-02-09")
    deliverables.record_evidence(w, "survey", "report", b"done", "report.txt", "committee")
    w = demo_workplace("2024-02-26")
    assert gatekeeping.decide(w, "launch").verdict is GateVerdict.PASS
    return demo_workplace


def page(settings, path: str = "/demo") -> str:
    found = client(settings).get(path)
    assert found.status_code == 200, found.text
    assert "style=" not in found.text
    return found.text


def counted(w) -> dict[str, int]:
    """What the map and the dues come to, from the rows that `returns status` lists."""
    rows, today = returns_status(w).rows, local_day(w.now)
    begun = [r for r in rows if r.period.start <= today]
    return {"owed": len(begun), **{str(state): sum(r.state is state for r in begun) for state in ReturnState}}


def test_on_its_first_day_a_campaign_says_what_comes_and_claims_nothing(demo_workplace, settings):
    w = demo_workplace("2024-01-03")
    found = overseeing.wall(w)
    assert [p.state for p in found.phases] == ["running", "ahead", "ahead"]
    assert found.overdue == found.sent_back == 0
    assert found.indicators.computed_at is None
    assert set(found.indicators.statuses) == {"unknown"}
    assert found.alarms.seen_at is None
    said = page(settings, "/demo?as_of=2024-01-03")
    assert "督查尚未运行" in said
    assert "没有示警" not in said
    json.dumps(found.to_json("en"))


def test_who_holds_the_gate_stands_on_the_wall_with_what_must_be_done(played, settings):
    w = played("2024-06-27")
    assert gatekeeping.decide(w, "collection").verdict is GateVerdict.HOLD
    found = overseeing.wall(w)
    assert found.now is not None
    assert found.now.id == "collection"
    gate = found.now.gate
    assert gate is not None
    kept = gatekeeping.kept(w, "collection")
    assert {c.id for c in gate.open} == {c.id for c in kept.criteria if not c.opens}
    assert {m.unit for c in gate.open for m in c.must} == {s.owner for c in kept.criteria if not c.opens for s in c.shortfalls}
    said = page(settings)
    assert "/gaoxin/demo/gate/collection" in said
    assert "逾期未通过" not in said
    w = played("2024-07-03")
    assert gatekeeping.decide(w, "collection").verdict is GateVerdict.HOLD
    late = page(settings).partition('id="owes"')
    assert "关口 1 · 退回" in late[0], "a gate that is late counts among what is overdue"
    assert "已逾期 3 天，尚未通过" in late[2].partition("</section>")[0]
    first = next(m for c in gate.open for m in c.must)
    assert first.subjects[0].zh in said
    assert w.plan.unit(first.unit).name.zh in said
    english = page(settings, "/demo?lang=en")
    assert first.subjects[0].en in english
    assert "Who must do what" in english


def test_the_wall_counts_returns_as_their_status_does(played, drop, industry, settings):
    hand_in(played("2024-03-08"), drop, industry, "2024-02")
    hand_in(played("2024-04-08"), drop, industry, "2024-03", gross=-1.0)
    seen = 0
    for day in ("2024-02-15", "2024-03-12", "2024-04-09", "2024-04-20", "2024-06-30"):
        w = played(day)
        found, expected = overseeing.wall(w), counted(w)
        cells = found.map.cells
        assert sum(c.owed for c in cells) == expected["owed"]
        for state in ("accepted", "rejected", "received", "due", "overdue"):
            assert sum(getattr(c, state) for c in cells) == expected[state], (day, state)
        for cell in cells:
            rows = returns_of(w, cell.unit, cell.month).rows
            assert len(rows) == cell.owed
            assert sum(r.state is ReturnState.OVERDUE for r in rows) == cell.overdue
            seen += cell.rejected
        dues = {(d.unit, d.ref) for d in reminding.owed_dues(w) if d.due <= found.soon_until or d.rejected}
        assert sum(o.overdue + o.soon for o in found.owes) == len(dues), day
        assert {o.unit for o in found.owes} == {unit for unit, _ in dues}
    assert seen


def test_the_next_due_day_of_a_unit_is_of_what_it_has_still_to_hand_in(demo_workplace, drop, industry):
    def committee():
        w = demo_workplace("2024-03-08")
        return w, next(one for one in desks.desks(w).desks if one.unit == "committee").next_due

    def open_days(w):
        today = local_day(w.now)
        return [r.due for r in returns_status(w).rows
                if r.unit == "committee" and r.due >= today and r.state is not ReturnState.ACCEPTED]

    w, before = committee()
    assert before == min(open_days(w))
    hand_in(w, drop, industry, "2024-02")
    w, after = committee()
    assert before < after == min(open_days(w))


def test_a_cell_opens_what_came_or_says_what_is_owed(played, drop, industry, settings):
    hand_in(played("2024-03-08"), drop, industry, "2024-02")
    w = played("2024-04-20")
    cells = {(c.unit, c.month): c for c in overseeing.wall(w).map.cells}
    came, missing = cells["committee", "2024-02"], cells["committee", "2024-03"]
    assert came.return_id == "demo__industry__committee__2024-02__v1"
    said = page(settings, "/demo?as_of=2024-04-20")
    assert re.search(rf'href="/gaoxin/demo/return/{came.return_id}[^"]*" title="[^"]+">', said)  # a page of its own
    assert missing.return_id is None
    href = re.search(r'href="/gaoxin(/demo/returns\?as_of=2024-04-20&amp;unit=committee&amp;month=2024-03)"'
                     r' title="[^"]+" hx-boost="true">', said)
    assert href
    part = client(settings).get(href[1].replace("&amp;", "&"), headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert "逾期" in part
    assert client(settings).get("/demo/returns?unit=nobody&month=2024-03").status_code == 404
    assert client(settings).get("/demo/returns?unit=committee&month=1999-01").status_code == 404
    assert client(settings).get("/demo/returns?unit=committee&month=x").status_code == 422


def test_it_follows_the_ledger_and_only_that(played, drop, industry, settings):
    said = page(settings)
    asked = re.search(r'hx-get="/gaoxin(/demo/part/wall\?since=[^"]+)"', said)
    assert asked
    browser = client(settings)
    assert browser.get(asked[1]).status_code == 204
    hand_in(played("2024-03-08"), drop, industry, "2024-02")
    again = browser.get(asked[1])
    assert again.status_code == 200
    assert again.text.lstrip().startswith('<div id="wall"')
    assert "收到报表 1 份" in again.text
    asked = re.search(r'hx-get="/gaoxin(/demo/part/wall\?since=[^"]+)"', again.text)
    assert asked
    assert browser.get(asked[1]).status_code == 204


def test_as_of_a_day_it_shows_what_was_known_then_and_does_not_refresh(played, drop, industry, settings):
    hand_in(played("2024-03-08"), drop, industry, "2024-02")
    before, after = page(settings, "/demo?as_of=2024-03-07"), page(settings, "/demo?as_of=2024-03-09")
    assert "demo__industry__committee__2024-02__v1" not in before
    assert "demo__industry__committee__2024-02__v1" in after
    assert "hx-trigger" not in before + after
    links = re.findall(r'href="(/gaoxin/demo/(?:gate|return|unit|returns|indicator)[^"]*)"', after)
    assert links
    assert all("as_of=2024-03-09" in href for href in links)


def test_what_was_sent_failed_and_alarms_is_told(played, drop, industry, settings):
    w = played("2024-03-14")
    reminding.remind(w)
    open_ = alarming.alarm(w)
    found = overseeing.wall(w)
    assert found.reminders.states["written"] > 0, "a drill writes files"
    assert dict(found.alarms.open) == open_
    assert any("发出提醒" in m.zh for m in found.changes.sums)
    if open_:
        assert next(iter(open_.values())).zh in page(settings)


@pytest.mark.parametrize("day", ["2024-04-09", "2025-02-01"])  # as statistics kept them, and long after
def test_indicators_come_as_their_own_page_has_them_with_their_path(at, day):
    w = at("2024-04-09")
    years(w)
    measuring.store_indicators(w)
    w = at(day)
    computed = {i.id: i for i in measuring.compute_indicators(w)}
    found = overseeing.wall(w)
    assert found.indicators.computed_at is not None
    valued = 0
    for one in found.indicators.indicators:
        now = computed[one.id]
        for name in ("value", "unit", "period", "status", "target", "forecast", "gap"):
            assert getattr(one, name) == getattr(now, name), (one.id, name)
        valued += one.value is not None
        if one.value is not None and one.period is not None:
            assert one.values[-1].value == one.value
    assert valued > 2
    tax = next(i for i in found.indicators.indicators if i.id == "margin")
    assert [(str(a.due), a.value) for a in tax.aims] == [("2024-12-31", 1)]
    assert not next(i for i in found.indicators.indicators if i.id == "above").aims  # its number follows from another series
    told(found)


def test_sixty_units_stand_on_one_page(settings_at, warehouse, tmp_path, industry):
    data = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    more = [f"u{n:02d}" for n in range(60)]
    data["units"] += [{"id": u, "name": f"单位{u}"} for u in more]
    industry_form = next(f for f in data["forms"] if f["id"] == "industry")
    industry_form["units"] = more
    for variable in industry_form["variables"]:
        variable["combine"] = "sum"
    folder = tmp_path / "plans" / "demo"
    shutil.copytree(DEMO.parent, folder)
    (folder / "plan.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    settings = settings_at(tmp_path / "home", tmp_path / "plans")
    register_plan(settings, "demo", parse_as_of("2024-01-02"), by="first act")
    w = open_workplace(settings, "demo", parse_as_of("2024-04-20"))
    found = overseeing.wall(w)
    assert {c.unit for c in found.map.cells} >= set(more)
    assert sum(c.overdue for c in found.map.cells) == counted(w)["overdue"] > 120
    assert len(found.owes) >= 60
    assert all(len(o.items) <= 5 for o in found.owes)
    said = page(settings, "/demo?as_of=2024-04-20")
    assert said.count('<td class="h-bad">') >= 120
    assert "其余" in said


def test_whoever_may_not_see_figures_gets_none(played, settings, tmp_path):
    accounts = Path(settings.home) / "accounts.yaml"
    accounts.write_text(yaml.safe_dump({"schema": 1, "accounts": [
        {"airflow": "keeper", "roles": ["system"]}, {"airflow": "clerk", "roles": ["unit"], "units": ["science"]},
        {"airflow": "head", "roles": ["leader"], "units": ["government"]},
    ]}), encoding="utf-8")
    shown = settings.model_copy(update={"accounts": accounts})
    keeper, leader = client(shown, "keeper").get("/demo"), client(shown, "head").get("/demo")
    assert keeper.status_code == leader.status_code == 200, keeper.text
    assert "/demo/indicator/" not in keeper.text
    assert "/demo/indicator/" in leader.text
    assert "/demo/unit/" not in keeper.text
    assert client(shown, "clerk").get("/demo").headers["location"] == "/gaoxin/demo/mine", "led to its desk"
    for path in ("/demo/part/wall?since=0", "/demo/returns?unit=science&month=2024-02"):
        assert client(shown, "clerk").get(path).status_code == 403


def test_nothing_is_shown_twice_by_one_id(played, settings):
    found = re.findall(r'\sid="([^"]+)"', page(settings))
    assert len(found) == len(set(found))
