"""Requests that no page of ours makes: told as wrong use, in words, at once, and nothing of the machine is told with it."""

from __future__ import annotations

import pytest

from gaoxin.campaign import news
from gaoxin.campaign.correcting import corrections
from gaoxin.campaign.uploading import hand_in
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.ledger.kinds import EventKind
from gaoxin.throttle import FREE
from tests.integration.test_desk_page import GOOD, on  # noqa: F401 - a fixture
from tests.integration.test_people import events, with_accounts  # noqa: F401 - a fixture
from tests.pages import client

LATE = "区税务局核减一户企业，附说明"


@pytest.fixture
def asked(demo_workplace, settings):
    demo_workplace("2024-03-10")
    return client(settings)


@pytest.mark.parametrize("path", [
    "/demo?as_of=0001-01-01", "/demo?as_of=9999-12-30", "/demo/unit/committee?as_of=9000-01-01",
    "/demo?as_of=0001-01-01T00:00%2B14:00", "/demo/gate/launch?as_of=9999-12-31T23:59:59-12:00",
    "/audit/ledger?campaign=demo&day=9999-12-31", "/demo/indicators?period=0000", "/audit/ledger?campaign=demo&account=%00",
    "/audit?campaign=%00", "/%00", "/demo/return/%00", "/demo/gate/launch?after=" + "9" * 30,
    "/demo/unit/committee?after=" + "9" * 30, "/demo/return/demo__industry__committee__2024-02__v1?row=" + "9" * 30,
    "/demo/indicator/gross_output/trace?period=0000",
])
def test_what_cannot_be_asked_is_told_as_wrong_use(asked, path):
    said = asked.get(path)
    assert 400 <= said.status_code < 500, said.text
    assert "postgres" not in said.text
    assert any(word in said.text for word in ("范围", "无法识别", "没有", "不能识别", "不完整"))


def test_a_nul_in_what_is_typed_is_wrong_use(asked, settings):
    before = len(events(settings))
    for about in ("a__\x00", "\x00"):
        assert 400 <= asked.post("/demo/unit/committee/ask", data={"text": "几时报？", "about": about}).status_code < 500
    assert len(events(settings, EventKind.QUESTION_ASKED)) == 0
    assert len(events(settings)) == before


def test_a_faulty_accounts_file_tells_nobody_where_it_lies_or_what_is_in_it(asked, settings, with_accounts):  # noqa: F811
    of = with_accounts("airflow: clerk, roles: [unit], units: [committee]")
    of.accounts.write_text(of.accounts.read_text() + "exclusions: [secretive]\n")
    said = client(of, "clerk").get("/demo/unit/committee")
    assert said.status_code == 503
    assert "账号文件有误" in said.text
    assert of.accounts.name not in said.text
    assert "secretive" not in said.text
    assert str(settings.var) not in asked.get("/nope").text


def test_who_tries_again_and_again_what_is_not_theirs_is_slowed_down_and_drowns_no_news(
        settings, demo_workplace, with_accounts):  # noqa: F811
    demo_workplace("2024-03-10")
    of = with_accounts("airflow: clerk, roles: [unit], units: [science]")
    clerk, form = client(of, "clerk"), {"text": "几时报？"}
    said = [clerk.post("/demo/unit/committee/ask", data=form).status_code for _ in range(50)]
    assert said == [403] * FREE + [429] * (50 - FREE)
    assert len(events(settings, EventKind.ACT_REFUSED)) == FREE
    assert clerk.get("/demo/unit/science").status_code == 200, "what is theirs is shown"
    w = open_workplace(settings, "demo", parse_as_of("2024-03-10T23:59:59"))
    with w.warehouse.read() as store:
        found = news.changes(w, store)
    assert [m.zh for m in found.sums] == [f"拒绝的操作 {FREE} 次"]
    assert not [c for c in found.told if "拒绝" in c.what.zh]


def test_what_a_unit_types_for_a_late_correction_comes_before_what_its_file_notes(settings, book, on):  # noqa: F811
    on("2024-03-05")
    w = open_workplace(settings, "demo", parse_as_of("2024-03-05"), acts=True)
    hand_in(w, "committee", "二月.xlsx", book("industry", "committee", "2024-02", GOOD))
    w = open_workplace(settings, "demo", parse_as_of("2024-05-05"), acts=True)
    noted = book("industry", "committee", "2024-02", GOOD | {"D6": 19, "E6": "含税"})
    taken = hand_in(w, "committee", "二月改.xlsx", noted, LATE)
    assert taken.rows
    (kept,) = corrections(open_workplace(settings, "demo", parse_as_of("2024-05-06"))).corrections
    assert kept.reason == f"{LATE}；含税"
