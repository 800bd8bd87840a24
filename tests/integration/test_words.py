"""What people write: who may is asked before what it says, and nobody writes without end; by page, command line and program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from gaoxin.campaign import correcting, decisions, deliverables, intake, questioning, registering, reviewing, uploading
from gaoxin.campaign.entering import Entered
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.campaign.writing import LONGEST
from gaoxin.cli.main import run
from gaoxin.clock import parse_as_of
from gaoxin.errors import Refused
from gaoxin.gates.model import Rectification
from gaoxin.ledger.actor import Way
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import NotAllowed
from tests.integration.test_people import events, with_accounts  # noqa: F401 - a fixture
from tests.pages import client
from tests.said import said

GOOD = {"D2": 10, "D3": 3, "D4": 4, "D5": 6, "D6": 20}
NOW = "2024-04-08"
FEBRUARY, MARCH = (f"demo__industry__committee__2024-{month}__v1" for month in ("02", "03"))
Acts = list[tuple[str, Callable[[Workplace], object]]]


def at(settings, name=None) -> Workplace:
    return open_workplace(settings, "demo", parse_as_of(NOW), acts=True, way=Way.PAGE if name else Way.PROGRAM, airflow=name)


@pytest.fixture
def played(settings, book, handed):
    """February corrected, March with a warning, something owed, a question. Their numbers and rules."""
    handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    handed(book("industry", "committee", "2024-02", GOOD | {"D6": 21}), "2024-03-06")
    handed(book("industry", "committee", "2024-03", {"D2": 200, "D3": 60, "D4": 80, "D5": 120, "D6": 20}), NOW)
    w = at(settings)
    with w.warehouse.begin() as store:
        rule = next(f.rule for f in store.returns.findings(MARCH) if f.severity == "warning")
        store.decisions.open_rectification(
            Rectification("r1", "collection", "clean", "committee", said("补报"), date(2024, 4, 1), "demo", "x", w.now))
    return settings, rule, questioning.ask(w, "science", "怎么填").number


def acts(rule: str, number: int, text: str) -> Acts:
    """Everything that people write something to, with that."""
    return [
        ("approve", lambda w: decisions.approve(w, "application", "government", "reject", text)),
        ("waive", lambda w: decisions.waive(w, "collection", "clean", "government", text, date(2024, 12, 31))),
        ("explain", lambda w: decisions.explain(w, MARCH, rule, text, "committee")),
        ("close", lambda w: decisions.close_rectification(w, "r1", text, "supervision")),
        ("correct", lambda w: correcting.decide_correction(w, FEBRUARY.replace("v1", "v2"), "erratum", "supervision", text)),
        ("send_back", lambda w: reviewing.send_back(w, MARCH, text, by="supervision")),
        ("send_back", lambda w: reviewing.take_back(w, MARCH, text, by="supervision")),
        ("ask", lambda w: questioning.ask(w, "committee", text)),
        ("answer", lambda w: questioning.answer(w, number, text)),
        ("submit", lambda w: uploading.hand_in(w, "committee", "x.xlsx", b"x", text)),
        ("register", lambda w: registering.register_plan(w.settings, "demo", w.now, by="office", reason=text, way=w.actor.way,
                                                         airflow=w.actor.airflow)),
    ]


def nonsense(number: int) -> Acts:
    """Of which nothing could be done, by anybody."""
    return [
        ("approve", lambda w: decisions.approve(w, "application", "government", "perhaps")),
        ("waive", lambda w: decisions.waive(w, "collection", "nothing", "government", "", date(1999, 1, 1))),
        ("evidence", lambda w: deliverables.record_evidence(w, "survey", "nothing", b"", "x", "committee")),
        ("explain", lambda w: decisions.explain(w, "demo__nothing", "nothing", "", "committee")),
        ("close", lambda w: decisions.close_rectification(w, "nothing", "", "supervision")),
        ("correct", lambda w: correcting.decide_correction(w, "nothing", "perhaps", "supervision", "")),
        ("send_back", lambda w: reviewing.send_back(w, "nothing", "", "nonsense", "supervision")),
        ("send_back", lambda w: reviewing.take_back(w, "nothing", "", "supervision")),
        ("ask", lambda w: questioning.ask(w, "nobody", "?", "nothing")),
        ("answer", lambda w: questioning.answer(w, number + 100, "")),
        ("submit", lambda w: uploading.hand_in(w, "nobody", "", b"", "")),
    ]


def test_nobody_writes_without_end(played, industry, tmp_path, monkeypatch, capsys):
    settings, rule, number = played
    before, long = len(events(settings)), "长" * (LONGEST + 1)
    file = tmp_path / f"{MARCH.removesuffix('__v1')}.csv"
    file.write_bytes(industry(201.0))
    more: Acts = [
        ("submit", lambda w: intake.submit_files(settings, [file], w.now, reason=long)),
        ("evidence", lambda w: deliverables.record_evidence(w, "survey", "report", b"1", "x", "committee",
                                                         Entered(date(2024, 4, 1), long))),
    ]
    for name, act in [*acts(rule, number, long), *more]:
        with pytest.raises(Refused, match=f"at most {LONGEST}"):
            act(at(settings))
        assert len(events(settings)) == before, name
    for name, value in (("HOME", settings.home), ("PLANS", settings.plans),
                        ("DATABASE_URL", settings.database_url.get_secret_value())):
        monkeypatch.setenv(f"GAOXIN_{name}", str(value))
    command = ["explain", "demo", MARCH, rule, long, "--by", "committee", "--as-of", NOW]
    assert run(command) == 1
    assert f"最多 {LONGEST} 字" in capsys.readouterr().err
    page = client(settings).post(f"/demo/return/{MARCH}/explain", data={"rule": rule, "text": long})
    assert (page.status_code, f"最多 {LONGEST} 字" in page.text, long in page.text) == (409, True, False)
    longest = "行\r\n" + "长" * (LONGEST - 2)  # as a browser sends what it counted as so many
    assert client(settings).post(f"/demo/return/{MARCH}/explain", data={"rule": rule, "text": longest}).status_code == 303


def test_who_may_not_is_recorded_whatever_the_attempt_says(played, with_accounts):  # noqa: F811
    settings, rule, number = played
    people = with_accounts("airflow: clerk, roles: [unit], units: [science]")
    tried = [*acts(rule, number, ""), *nonsense(number)]
    for name, act in tried:
        with pytest.raises(NotAllowed, match="clerk"):
            act(at(people, "clerk"))
        assert events(settings, EventKind.ACT_REFUSED)[-1].payload["act"] == name
    assert len(events(settings, EventKind.ACT_REFUSED)) == len(tried)


def test_on_pages_too_and_nothing_of_another_unit_is_shown(played, with_accounts):  # noqa: F811
    settings, rule, _ = played
    people = with_accounts("airflow: clerk, roles: [unit], units: [science]",
                           "airflow: mayor, roles: [leader], units: [government]")
    clerk, mayor = client(people, "clerk"), client(people, "mayor")
    tried = [
        (clerk, f"/demo/return/{MARCH}/explain", {"rule": rule, "text": "新投产"}, ("explain", "committee")),
        (clerk, f"/demo/return/{MARCH}/explain", {}, ("explain", "committee")),
        (clerk, f"/demo/return/{MARCH.replace('03', '09')}/explain", {"rule": "x", "text": "x"}, ("explain", "committee")),
        (clerk, "/demo/unit/committee/ask", {"text": "?"}, ("ask", "committee")),
        (clerk, "/demo/unit/committee/upload", {}, ("submit", "committee")),
        (mayor, "/demo/gate/application/waive", {"by": "committee"}, ("waive", "committee")),
        (mayor, "/demo/gate/application/consent", {"by": "supervision", "decision": "perhaps"}, ("approve", "supervision")),
        (mayor, "/demo/gate/application/close", {"by": "supervision"}, ("close", "supervision")),
    ]
    for number, (browser, path, data, recorded) in enumerate(tried, 1):
        done = browser.post(path, data=data)
        assert done.status_code == 403, (path, done.text)
        assert "新投产" not in done.text
        refused = events(settings, EventKind.ACT_REFUSED)
        assert (len(refused), refused[-1].payload["act"], refused[-1].payload["unit"]) == (number, *recorded)
    assert clerk.post(f"/demo/return/{MARCH}/explain", data={"rule": rule}).text == clerk.post(
        f"/demo/return/{MARCH.replace('03', '09')}/explain", data={"rule": rule}).text.replace("2024-09", "2024-03"), \
        "whether it is there is not told"
