"""The page of what is overdue and whose time it was, of cards, and of what answering costs; of a unit its own alone."""

from __future__ import annotations

import pytest

from gaoxin.campaign import reminding, stopping
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from tests.pages import client

PAGE = "/demo/burden"


@pytest.fixture
def played(settings, demo_workplace):
    demo_workplace("2024-03-01")

    def at(day: str):
        return open_workplace(settings, "demo", parse_as_of(day), acts=True)

    reminding.remind(at("2024-04-10"))
    stopping.stop(at("2024-04-12T10:00"), "hnte_register@2024-Q1", "science", "省厅名单未下发", "committee")
    at("2024-04-16")
    return client(settings)


def test_it_tells_own_and_waited_days_and_the_burden_of_each_month(played):
    shown = played.get(f"{PAGE}?as_of=2024-04-16").text
    assert "办公室停止计时 3 个工作日" in shown
    assert "省厅名单未下发" in shown
    assert "方案没有规定预警或亮牌" in shown
    assert "每填一项 3 分钟" in shown
    assert "Working days after the due day" in played.get(f"{PAGE}?as_of=2024-04-16&lang=en").text
    one = played.get(f"{PAGE}?as_of=2024-04-16&unit=committee&month=2024-04").text
    assert "省厅名单未下发" not in one
    assert "没有逾期事项" in played.get(f"{PAGE}?as_of=2024-02-10&lang=zh").text


def test_what_is_no_month_and_no_unit_is_refused(played):
    assert played.get(f"{PAGE}?month=2024-Q1").status_code == 404
    assert played.get(f"{PAGE}?unit=nobody").status_code == 404
