"""The stories of those for whom the pages are, in a real browser: they log in, act, and see what came of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.scheduler, pytest.mark.timeout(1500)]
STATIC = Path(__file__).resolve().parents[2] / "plugins" / "gaoxin" / "web" / "static"


def test_the_session_says_where_the_board_is_before_and_after_it_plays(session):
    board = f"{session.url}/plugin/gaoxin/gaoxin/demo"
    assert session.said.count(board) == 2
    assert session.said.index(board) < session.said.index("[1/")


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
