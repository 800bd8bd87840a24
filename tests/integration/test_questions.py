"""Questions of units to the office: asked on the desk, answered on the office's page, owed until then, and nobody else's."""

from __future__ import annotations

import json

import pytest

from gaoxin.campaign import questioning, reminding
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli.main import run
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused, UsageError
from gaoxin.ledger.actor import Way
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed
from tests.integration.test_people import events, with_accounts  # noqa: F401 - a fixture
from tests.pages import client

ASKED = "名录里<b>新认定</b>的企业，证书未到，怎么填？"


@pytest.fixture
def registered(with_accounts, demo_workplace, warehouse):  # noqa: F811
    demo_workplace("2024-03-05")
    with warehouse.begin() as store:
        store.ledger.moment(parse_as_of("2024-03-05"))
    return with_accounts("airflow: science, roles: [unit], units: [science]", "airflow: office, roles: [office]",
                         "airflow: committee, roles: [unit], units: [committee]", "airflow: auditor, roles: [auditor]")


def at(settings, day, name=None):
    return open_workplace(settings, "demo", parse_as_of(day), acts=True, way=Way.PAGE if name else Way.PROGRAM, airflow=name)


def test_a_unit_asks_on_its_desk_the_office_answers_on_its_page_and_other_units_see_nothing(settings, registered):
    science, office, other = (client(registered, name) for name in ("science", "office", "committee"))
    assert "向办公室提问" in science.get("/demo/unit/science").text
    assert 'action="/gaoxin/demo/unit/science/ask"' not in office.get("/demo/unit/science").text
    assert 'action="/gaoxin/demo/unit/science/ask"' not in science.get("/demo/unit/science?as_of=2024-03-04").text
    said = science.post("/demo/unit/science/ask", data={"about": "hnte_register@2024-Q1", "text": ASKED})
    led_to = said.headers["location"].removeprefix("/gaoxin")
    assert said.status_code == 303
    assert "号提问已记录，办公室应于 2024-03-06 前答复" in science.get(led_to).text
    assert "号提问已记录" not in science.get("/demo/unit/science?asked=1").text, "that is no question"
    twice = science.post("/demo/unit/science/ask", data={"about": "hnte_register@2024-Q1", "text": ASKED})
    assert (twice.status_code, "没有重复记录" in twice.text) == (409, True)
    assert science.get("/demo/unit/science/ask").status_code == 405
    again = science.get("/demo/unit/science/ask", cookies={"_token": "theirs"})
    assert again.headers["location"] == "/gaoxin/demo/unit/science", "reloaded after a login"
    (event,) = events(settings, EventKind.QUESTION_ASKED)
    assert event.payload == {"unit": "science", "about": "hnte_register@2024-Q1", "text": ASKED}
    assert (event.actor["airflow"], event.actor["role"], event.actor["unit"]) == ("science", "unit", "science")
    escaped = "名录里&lt;b&gt;新认定&lt;/b&gt;的企业"
    assert escaped in science.get("/demo/unit/science").text
    page = office.get("/demo/units").text
    assert escaped in page
    assert (act := f"/demo/question/{event.seq}/answer") in page
    assert act not in client(registered, "auditor").get("/demo/units").text
    assert act not in office.get("/demo/units?as_of=2024-03-05").text
    assert "新认定" not in other.get("/demo/units").text
    assert "新认定" not in other.get("/demo/unit/committee").text
    assert other.get("/demo/unit/science").status_code == 403
    assert other.post(act, data={"text": "随便填"}).status_code == 403
    assert other.post("/demo/unit/science/ask", data={"text": "冒名一问"}).status_code == 403
    assert office.post(act + "?as_of=2024-03-04", data={"text": "按公告名单填"}).status_code == 409
    assert office.post("/demo/question/1/answer", data={"text": "按公告名单填"}).status_code == 404
    assert office.post(act, data={"text": "按公告名单填"}).headers["location"] == "/gaoxin/demo/units"
    assert "按公告名单填" in science.get("/demo/unit/science").text
    page = office.get("/demo/units").text
    assert "待答复的提问" not in page
    assert "按公告名单填" in page
    assert verify_ledger(settings).intact


def test_the_office_owes_an_answer_by_the_next_working_day_and_no_longer_once_it_is_given(settings, demo_workplace):
    demo_workplace("2024-03-01")
    w = at(settings, "2024-03-08")  # a Friday
    one = questioning.ask(w, "science", "报表口径有变，怎么办")
    two = questioning.ask(at(settings, "2024-03-09"), "science", "能否延期", "hnte_register")
    assert (str(one.due), str(two.due)) == ("2024-03-11", "2024-03-11")

    def owed(day):
        return [(d.ref, d.unit, str(d.due)) for d in reminding.owed_dues(open_workplace(settings, "demo", parse_as_of(day)))
                if d.kind == "question"]

    assert owed("2024-03-10") == [(f"question~{n}", "committee", "2024-03-11") for n in (one.number, two.number)]
    assert "报表口径有变" in client(settings).get("/demo?as_of=2024-03-12").text, "on the wall, among what is owed"
    sent = [r for r in reminding.remind(at(settings, "2024-03-11")) if any("question~" in ref for ref in r.refs)]
    assert [r.audience for r in sent] == ["committee"]
    assert "报表口径有变" in sent[0].body.zh
    questioning.answer(at(settings, "2024-03-12"), one.number, "按新口径，附件二")
    questioning.answer(at(settings, "2024-03-13"), one.number, "补充：六月起")
    assert [ref for ref, _, _ in owed("2024-03-13")] == [f"question~{two.number}"]
    assert [ref for ref, _, _ in owed("2024-03-11")] == [f"question~{n}" for n in (one.number, two.number)], "as it was then"
    found = questioning.questions(at(settings, "2024-03-14"), "science").questions
    assert [[r.text for r in q.replies] for q in found] == [["按新口径，附件二", "补充：六月起"], []]


def test_what_somebody_wrote_keeps_its_lines_and_a_reminder_has_one(settings, demo_workplace):
    demo_workplace("2024-03-01")
    one = questioning.ask(at(settings, "2024-03-08"), "science", " 一、口径  有变？\r\n\r\n\r\n\r\n二、能否\x07延期？\n")
    assert one.text == "一、口径 有变？\n\n二、能否 延期？"
    assert one.text in client(settings).get("/demo/unit/science").text
    (due,) = [d for d in reminding.owed_dues(open_workplace(settings, "demo", parse_as_of("2024-03-10"))) if d.kind == "question"]
    assert "一、口径 有变？ 二、能否 延期？" in due.subject.zh
    assert "\n" not in due.subject.zh
    questioning.answer(at(settings, "2024-03-11"), one.number, "一、按新口径\n二、不延期")
    assert "一、按新口径\n二、不延期" in client(settings).get("/demo/unit/science").text


@pytest.mark.parametrize(("unit", "text", "about", "wrong"), [
    ("science", "。", "", Refused), ("science", "长" * 2001, "", Refused), ("science", "怎么填", "industry", UsageError),
    ("science", "怎么填", "hnte_register@2024-02", UsageError), ("nobody", "怎么填", "", UsageError),
    ("science", "怎么填", "demo__industry__committee__2024-02__v1", UsageError),
])
def test_what_says_nothing_or_is_not_the_units_is_not_asked(settings, demo_workplace, book, handed, unit, text, about, wrong):
    handed(book("industry", "committee", "2024-02", {"D2": 10, "D3": 3, "D4": 4, "D5": 6, "D6": 20}), "2024-03-05")
    with pytest.raises(wrong):
        questioning.ask(at(settings, "2024-03-06"), unit, text, about)
    assert events(settings, EventKind.QUESTION_ASKED) == []
    with pytest.raises(UsageError):
        questioning.answer(at(settings, "2024-03-06"), 1, "答")


def test_who_may_ask_and_answer_by_the_accounts_file(settings, registered):
    with pytest.raises(NotAllowed):
        questioning.ask(at(registered, "2024-03-06", "office"), "science", "代单位问一句")
    number = questioning.ask(at(registered, "2024-03-06", "science"), "science", "怎么填").number
    for name in ("science", "committee", "auditor", "stranger"):
        with pytest.raises(NotAllowed):
            questioning.answer(at(registered, "2024-03-06", name), number, "这样填")
    assert questioning.answer(at(registered, "2024-03-06", "office"), number, "这样填").authenticated is True


def test_at_the_command_line(settings, demo_workplace, monkeypatch, capsys):
    demo_workplace("2024-03-01")
    for name, value in (("HOME", settings.home), ("PLANS", settings.plans),
                        ("DATABASE_URL", settings.database_url.get_secret_value())):
        monkeypatch.setenv(f"GAOXIN_{name}", str(value))
    assert run(["ask", "demo", "怎么填", "--by", "science", "--as-of", "2024-03-05", "--json"]) == 0
    number = json.loads(capsys.readouterr().out)["number"]
    assert run(["questions", "demo"]) == 0
    assert "怎么填" in capsys.readouterr().out
    assert run(["answer", "demo", str(number), "照表填", "--as-of", "2024-03-06", "--lang", "en"]) == 0
    assert "answered" in capsys.readouterr().out
    assert run(["questions", "demo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["questions"] == []
    assert run(["questions", "demo", "--all", "--unit", "science"]) == 0
    assert "照表填" in capsys.readouterr().out
