"""Times at which no plan was in force, and times that are still to come: neither is passed off as what was known then."""

from __future__ import annotations

import pytest

from gaoxin.campaign.workplace import NoPlanThen, open_workplace
from gaoxin.cli.main import run
from gaoxin.clock import parse_as_of
from gaoxin.ledger.actor import Way
from tests.pages import client

BEFORE = "2023-11-01"  # the demo's plan is registered a month later
PAGES = ("/demo", "/demo/gate/launch", "/demo/gate/collection", "/demo/indicators", "/demo/units", "/demo/unit/committee",
         "/demo/part/wall?since=0", "/audit?campaign=demo", "/audit/ledger?campaign=demo", "/audit/plans?campaign=demo",
         "/audit/rules?campaign=demo", "/audit/quality?campaign=demo")


@pytest.mark.parametrize("path", PAGES)
def test_before_the_first_plan_a_page_says_so_and_shows_nothing_of_todays(demo_workplace, settings, path):
    ask, then = client(settings), f"{path}{'&' if '?' in path else '?'}as_of={BEFORE}"
    shown = ask.get(then)
    assert shown.status_code == 404, shown.text
    assert "2023-11-01 23:59 还没有方案生效" in shown.text
    assert "2023-12-01" in shown.text
    assert "<table" not in shown.text
    assert "no plan was in force at 2023-11-01" in ask.get(f"{then}&lang=en").text
    assert f'href="/gaoxin{path}"' in shown.text.replace("&amp;", "&")  # back to now
    assert ask.get(path.replace("since=0", "since=1")).status_code == 200


def test_a_stranger_is_not_even_told_that_there_was_none(demo_workplace, settings, tmp_path):
    file = tmp_path / "accounts.yaml"
    file.write_text("schema: 1\naccounts:\n  - {airflow: hers, roles: [auditor]}\n", encoding="utf-8")
    named = settings.model_copy(update={"accounts": file})
    assert client(named, "hers").get(f"/demo?as_of={BEFORE}").status_code == 404
    refused = client(named, "nobody").get(f"/demo?as_of={BEFORE}")
    assert refused.status_code == 403
    assert "2023-12-01" not in refused.text


@pytest.mark.parametrize("args", [("gate", "demo", "launch"), ("indicators", "demo"), ("returns", "status", "demo"),
                                  ("returns", "forms", "demo"), ("trace", "demo", "gross_output")], ids=" ".join)
def test_a_command_answers_by_the_plan_that_there_is(demo_workplace, settings, monkeypatch, capsys, args):
    monkeypatch.setattr("gaoxin.cli.output.read_settings", lambda: settings)
    for day in (BEFORE, "2023-12-02"):
        assert run([*args, "--json", "--as-of", day]) in (0, 1)
        assert capsys.readouterr().out


def test_before_its_launch_a_campaign_shows_its_plan_and_says_that_none_is_registered(settings, warehouse):
    ask = client(settings)
    assert open_workplace(settings, "demo", parse_as_of(BEFORE)).version is None
    assert ask.get("/demo").status_code == 200
    then = ask.get(f"/demo?as_of={BEFORE}")
    assert then.status_code == 200
    assert "还没有登记过方案" in then.text
    assert "依当时有效的方案" not in then.text


def test_a_broken_file_stands_in_for_no_plan_either(demo_workplace, settings, tmp_path):
    broken = settings.model_copy(update={"plans_": tmp_path / "none"})
    assert open_workplace(broken, "demo", in_force=True).broken
    with pytest.raises(NoPlanThen):
        open_workplace(broken, "demo", parse_as_of(BEFORE), in_force=True, way=Way.PAGE)


def test_a_time_that_is_still_to_come_is_said_to_be_one(demo_workplace, settings):
    ask = client(settings)
    past, ahead = (ask.get(f"/demo?as_of={day}").text for day in ("2023-12-01", "2024-03-10"))  # in a drill: by its clock
    assert "所见为 2023-12-01 23:59 已知的情况，依当时有效的方案" in past
    assert "还没有到" not in past
    assert "时点 2024-03-10 23:59 还没有到：所见为现在已知的情况" in ahead
    assert "当时有效" not in ahead
    assert "历史页面只能查看" in ahead
    assert "still to come" in ask.get("/demo?as_of=2024-03-10&lang=en").text


@pytest.mark.parametrize("path", ["/demo?as_of=someday", "/demo?as_of=2024-02-30", "/demo?as_of=0001-01-01T00:00",
                                  "/demo/indicator/gross_output?compare_to=someday"])
def test_what_is_no_time_is_a_bad_question_and_no_missing_page(demo_workplace, settings, path):
    for lang, told in (("zh", "写"), ("en", "write a" if "0001" in path else "write 20")):
        shown = client(settings).get(f"{path}&lang={lang}")
        assert shown.status_code == 400, shown.text
        assert told in shown.text
