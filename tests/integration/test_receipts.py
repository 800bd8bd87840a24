"""Every sending of a file has an acknowledgement of its own: when, by whom, which bytes, and what was said to it then."""

from __future__ import annotations

import re

from gaoxin.campaign.intake import take_in
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.ledger.kinds import EventKind
from tests.integration.test_desk_page import DESK, GOOD, on, uploaded  # noqa: F401 - a fixture
from tests.integration.test_people import events
from tests.pages import client


def history(browser) -> list[tuple[str, str]]:
    """Of each line of the desk's history, the newest first: what it says, and the number of its receipt."""
    desk = browser.get(DESK).text.split('class="history"')[1]
    lines = re.findall(r"<tr>(.*?)</tr>", desk, re.S)
    return [(" ".join(re.sub("<[^>]+>", " ", one).split()), re.findall(r'receipts\?of=([^"&]+)', one)[0]) for one in lines]


def test_a_file_that_was_refused_and_is_taken_with_its_reason_has_two_receipts_and_two_lines(settings, book, on):  # noqa: F811
    uploaded(on("2024-03-05"), ("a.xlsx", book("industry", "committee", "2024-02", GOOD)))
    browser, content = on("2024-04-20"), book("industry", "committee", "2024-02", GOOD | {"D6": 21})
    refused, _ = uploaded(browser, ("b.xlsx", content))
    assert "更正须说明原因" in refused
    assert "现为" not in refused
    taken, where = uploaded(browser, ("b改名.xlsx", content), reason="漏统一家企业")
    assert "已入库" in taken
    assert "此前已经收到过" in taken
    assert "更正原因没有采用" not in taken, "it was taken for its reason"
    (again,) = events(settings, EventKind.RETURN_CAME_AGAIN)
    assert where.endswith(f"of={again.seq}")
    assert (again.payload["verdict"], again.payload["came_as"], again.actor["airflow"]) == ("accepted", "b改名.xlsx", "admin")
    lines = history(browser)
    received = reversed(events(settings, EventKind.RETURN_RECEIVED))
    assert [key for _, key in lines] == [str(again.seq), *(str(e.seq) for e in received)]
    assert "接收" in lines[0][0]
    assert "同一文件再报" in lines[0][0]
    assert re.search("退回.*现为 ✓ 接收", lines[1][0]), "what was said to the first sending stays"
    for key, verdict, name, reason in ((lines[1][1], "✗ 退回", "b.xlsx", True), (lines[0][1], "✓ 接收", "b改名.xlsx", False)):
        kept = browser.get(f"{DESK}/receipt/{key}.txt").text
        assert f"结论: {verdict}" in kept
        assert f"文件: {name}" in kept
        assert ("更正须说明原因" in kept) is reason
        assert ("这一版现为: ✓ 接收" in kept) is reason
        assert again.payload["sha256"] in kept
    assert verify_ledger(settings).intact


def test_a_reason_that_comes_with_a_file_that_was_there_is_said_to_correct_nothing(settings, book, on):  # noqa: F811
    browser, content = on("2024-03-05"), book("industry", "committee", "2024-02", GOOD)
    uploaded(browser, ("a.xlsx", content))
    silent, _ = uploaded(browser, ("a.xlsx", content))
    assert "更正原因没有采用" not in silent
    told, _ = uploaded(browser, ("a.xlsx", content), reason="漏统一家企业")
    assert "更正原因没有采用" in told
    lines = history(browser)
    kept = [browser.get(f"{DESK}/receipt/{key}.txt").text for _, key in lines]
    assert ["更正原因没有采用" in one for one in kept] == [True, False, False]
    again, last = events(settings, EventKind.RETURN_CAME_AGAIN)
    assert "reason_unused" not in again.payload
    assert re.fullmatch("[0-9a-f]{64}", last.payload["reason_unused"])


def test_a_sending_of_ones_own_is_acknowledged_though_the_bytes_lay_in_the_inbox_before(settings, book, on, drop):  # noqa: F811
    browser, content = on("2024-03-05"), book("industry", "committee", "2024-02", GOOD)
    drop("committee/别人放的.xlsx", content)
    take_in(open_workplace(settings, "demo", parse_as_of("2024-03-05"), acts=True), None, check=True)
    page, _ = uploaded(client(settings, "clerk"), ("我的.xlsx", content))
    shown = " ".join(re.sub("<[^>]+>", " ", page).split())
    assert "方式 页面上传 账号 clerk 文件 我的.xlsx" in re.sub("（未经认证） ", "", shown)
    assert re.search("第一次：.*收件箱", shown)
    (first, second) = reversed(history(browser))
    assert "收件箱" in browser.get(f"{DESK}/receipts?of={first[1]}").text.split("方式")[1].split("账号")[0]
    assert "此前已经收到过" not in browser.get(f"{DESK}/receipts?of={first[1]}").text
    assert "页面上传" in browser.get(f"{DESK}/receipts?of={second[1]}").text
    assert browser.get(f"/demo/unit/science/receipts?of={first[1]}").status_code == 404
    assert browser.get(f"{DESK}/receipts?of={int(first[1]) + 100}").status_code == 404


def test_what_was_said_then_stays_whatever_people_say_later(settings, book, on):  # noqa: F811
    browser = on("2024-03-05")
    uploaded(browser, ("a.xlsx", content := book("industry", "committee", "2024-02", GOOD)))
    uploaded(browser, ("a.xlsx", content))
    (return_id,) = {e.payload["return_id"] for e in events(settings, EventKind.RETURN_RECEIVED)}
    browser.post(f"/demo/return/{return_id}/send-back", data={"by": "supervision", "because": "企业数与名录不符"})
    for _, key in history(browser):
        kept = browser.get(f"{DESK}/receipt/{key}.txt").text
        assert "结论: ✓ 接收" in kept
        assert "这一版现为: ✗ 退回" in kept
        assert "企业数与名录不符" not in kept
