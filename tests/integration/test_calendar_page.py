"""The calendar of all deadlines: by month, with days off and made up for, filtered, as of any time, of a unit its own alone."""

from __future__ import annotations

import re
from datetime import date

import pytest

from gaoxin import folders
from gaoxin.campaign import months, questioning
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from tests.pages import client

PAGE = "/demo/calendar"


@pytest.fixture
def page(settings, demo_workplace):
    demo_workplace("2024-03-01")
    return client(settings)


def listed(text: str) -> str:
    return text[text.index('class="due-list"'):]


def test_a_month_has_what_is_due_in_it_days_off_and_days_that_are_made_up_for(settings, demo_workplace, page):
    demo_workplace("2024-03-01")
    found = months.month(open_workplace(settings, "demo", parse_as_of("2024-04-02")), "2024-04")
    days = {d.day: d for week in found.weeks for d in week}
    assert all(len(week) == 7 and week[0].day.weekday() == 0 for week in found.weeks)
    assert (days[date(2024, 4, 4)].holiday, days[date(2024, 4, 7)].made_up, days[date(2024, 4, 6)].holiday) == (True, True, False)
    assert days[date(2024, 4, 2)].today
    assert sorted(d.due for d in found.deadlines) == [d.due for d in found.deadlines]
    assert {d.due.month for d in found.deadlines} == {4}
    assert sum(t.count for day in days.values() if day.within for t in day.items) == found.total == len(found.deadlines)
    (both,) = [t for t in days[date(2024, 4, 10)].items if "高新技术" in t.what.to("zh")]
    assert both.count == 2, "what two units owe alike stands in the grid once"
    shown = page.get(f"{PAGE}?month=2024-04&as_of=2024-04-02").text
    assert shown.count('title="调休上班"') == 2, "the 7th, and the 28th for May Day"
    assert "今天" in shown
    assert 'href="/gaoxin/demo/calendar?as_of=2024-04-02&amp;month=2024-05"' in shown
    assert "Deadlines" in page.get(f"{PAGE}?month=2024-04&lang=en").text
    assert "2060 年的放假安排尚未公布" in page.get(f"{PAGE}?month=2060-04&lang=zh").text
    assert "尚未公布" not in shown


def test_it_is_filtered_links_to_the_thing_and_shows_what_was_known_then(settings, demo_workplace, page):
    demo_workplace("2024-03-01")
    w = open_workplace(settings, "demo", parse_as_of("2024-04-02"), acts=True)
    questioning.ask(w, "science", "名录怎么填", "")
    shown = listed(page.get(f"{PAGE}?month=2024-04").text)
    assert "名录" not in listed(page.get(f"{PAGE}?month=2024-04&kind=gate").text)
    assert "答复区科技局的提问" in shown
    assert "答复区科技局的提问" not in listed(page.get(f"{PAGE}?month=2024-04&as_of=2024-04-01").text)
    theirs = listed(page.get(f"{PAGE}?month=2024-04&unit=science").text)
    assert set(re.findall(r"<td>(园区管委会|区科技局)</td>", theirs)) == {"区科技局"}
    gates = listed(page.get(f"{PAGE}?month=2024-06&kind=gate").text)
    assert re.search(r'href="/gaoxin/demo/gate/collection">“数据采集阶段”关口判定', gates)
    assert page.get(f"{PAGE}?month=2024-13").status_code == 404
    assert page.get(f"{PAGE}?unit=nobody").status_code == 404
    assert page.get(f"{PAGE}?kind=nothing").status_code == 404


@pytest.mark.parametrize("month", ["0001-01", "1948-12", "2200-01", "9999-12", "0000-01"])
def test_months_that_no_plan_has_are_none(page, month):
    found = page.get(f"{PAGE}?month={month}")
    assert (found.status_code, "1949" in found.text) == (404, True)


@pytest.mark.parametrize(("month", "to", "arrows"), [("1949-01", "1949-02", 1), ("2199-12", "2199-11", 1),
                                                   ("2199-11", "2199-12", 2)])
def test_no_arrow_leads_beyond(page, month, to, arrows):
    shown = page.get(f"{PAGE}?month={month}")
    assert shown.status_code == 200
    turn = shown.text[shown.text.index('<div class="turn">'):].partition("</div>")[0]
    assert turn.count('class="button"') == arrows
    assert f"month={to}" in turn


def test_a_unit_sees_its_own_alone(settings, demo_workplace):
    demo_workplace("2024-03-01")
    file = settings.home / "accounts.yaml"
    folders.put(file, b"schema: 1\naccounts:\n- {account: science, airflow: science, roles: [unit], units: [science]}\n")
    mine = client(settings.model_copy(update={"accounts": file}), "science")
    shown = mine.get(f"{PAGE}?month=2024-04")
    assert shown.status_code == 200
    assert "区科技局" in listed(shown.text)
    assert "园区管委会" not in listed(shown.text)
    assert "<td>" not in listed(mine.get(f"{PAGE}?month=2024-04&unit=committee").text)
