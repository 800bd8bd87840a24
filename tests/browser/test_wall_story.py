"""The operator's story: from the login to why a gate is held, and who must do what."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.scheduler, pytest.mark.timeout(1500)]


def test_within_three_clicks_of_the_login_an_operator_sees_why_the_gate_is_held_and_who_must_do_what(session, seat):
    at = seat("operator")
    at.opens("/")
    at.click(at.page.get_by_text("创建工作台").first)
    gate = at.frame.locator("#gates article").first
    gate.wait_for()
    told = gate.inner_text()
    assert "申请" in told
    assert "园区管委会" in told  # who sent the return that is wrong
    assert "2024-05" in told
    at.click(gate.locator("h2 a"))
    at.page.wait_for_url("**/gate/application*")
    assert at.clicks <= 3


def test_a_cell_of_the_map_opens_the_return_that_was_sent_back(session, seat):
    at = seat("operator")
    at.opens("/plugin/gaoxin/gaoxin/demo")
    at.frame.locator("table.heat td.h-bad a").first.click()
    at.page.wait_for_url("**/return/demo__industry__committee__2024-05*")
