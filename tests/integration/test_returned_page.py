"""A return's page: the unit's own sheet, findings on their cells, versions, words on warnings; and who may see it."""

from __future__ import annotations

import html
import io
import re
from urllib.parse import unquote

from gaoxin.campaign.answer import as_json
from gaoxin.campaign.showing import show
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.ledger.kinds import EventKind
from gaoxin.returns.codes import make_credit_code
from gaoxin.returns.model import Verdict
from gaoxin.warehouse.engine import Warehouse
from tests.integration.test_people import events, with_accounts  # noqa: F401 - a fixture
from tests.pages import client
from tests.return_files import packed

GOOD = {"D2": 10, "D3": 3, "D4": 4, "D5": 6, "D6": 20}


def cells(page: str) -> dict[str, str]:
    """Address -> the classes of the cell."""
    return {c: cls.strip() for c, cls in re.findall(r'<td id="c-([A-Z]+\d+)" class="([^"]*)"', page)}


def test_every_finding_stands_on_its_cell_and_in_the_list(settings, book, handed):
    done = handed(book("industry", "committee", "2024-02", GOOD | {"D3": 12, "D6": "２０家"}), "2024-03-05")
    assert done.verdict is Verdict.REJECTED
    page = client(settings).get(f"/demo/return/{done.return_id}").text
    at = cells(page)
    assert "error" in at["D3"]
    assert "repaired" in at["D6"]
    assert "error" not in at["D2"].split()
    assert 'href="#c-D3">数据!D3' in page
    assert "２０家" in page  # as typed
    (copied,) = re.findall(r'<td id="c-D3"[^>]*>(.*?)<span class="tip"', page)
    assert re.sub("<[^>]+>", "", copied) == "12", "the marks are no part of a figure that somebody copies"
    for finding in done.findings:
        assert finding.message.zh.replace('"', "&#34;") in page.replace("&#39;", "'")


def test_each_figure_and_the_cell_that_is_lit_lead_on_to_what_rests_on_them(settings, book, handed, with_accounts):  # noqa: F811
    done = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    settings = with_accounts("airflow: office, roles: [office]", "airflow: clerk, roles: [unit], units: [committee]")
    browser, where = client(settings, "office"), f"/demo/return/{done.return_id}"
    page = browser.get(where, params={"cell": "数据!B2"}).text
    links = {unquote(url).rpartition("!")[2]: url for url in re.findall(r'<a class="uses noprint" href="([^"]+)"', page)}
    assert {"B2", *GOOD} <= {*links}
    for cell in ("B2", "D6"):
        onward = browser.get(html.unescape(links[cell]).partition("/gaoxin")[2] or html.unescape(links[cell]))
        assert onward.status_code == 200
        assert f"数据!{cell}" in onward.text
    assert 'id="uses"' in page
    clerk = client(settings, "clerk").get(where)
    assert (clerk.status_code, "/cell/" in clerk.text) == (200, False), "it tells of other units too"


def test_who_answers_for_it_is_shown_as_its_cover_says(settings, book, handed):
    made = openpyxl_of(book("industry", "committee", "2024-02", GOOD))
    where = {row[0].value: row[1] for row in made["封面"].iter_rows()}
    for label, name in {"单位负责人": "王某", "填表人": "李某", "报出日期": "2024-03-04"}.items():
        where[label].value = name
    done = handed(packed(made), "2024-03-05")
    assert done.signed == {"单位负责人": "王某", "填表人": "李某", "报出日期": "2024-03-04"}
    assert as_json(done, "zh")["signed"]["填表人"] == "李某"
    w = open_workplace(settings, "demo", parse_as_of("2024-03-05"))
    assert show(w, done.return_id).signed == tuple(done.signed.items())
    page = client(settings).get(f"/demo/return/{done.return_id}").text
    assert "<dt>填表人</dt><dd>李某</dd>" in page
    assert "<dt>审核人</dt>" not in page, "nobody filled that in"
    assert handed(book("industry", "committee", "2024-03", GOOD), "2024-04-05").signed is None


def openpyxl_of(content: bytes):
    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(content))


def test_an_asked_cell_is_lit_on_its_sheet_and_page(settings, book, handed):
    done = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    ask = client(settings)
    assert cells(ask.get(f"/demo/return/{done.return_id}?cell=数据!D5").text)["D5"].endswith("lit")
    assert cells(ask.get(f"/demo/return/{done.return_id}?cell=%24d%245").text)["D5"].endswith("lit")
    cover = ask.get(f"/demo/return/{done.return_id}", params={"cell": "封面!B1"}).text
    assert cells(cover)["B1"] == "lit"
    assert ask.get(f"/demo/return/{done.return_id}?cell=nonsense").status_code == 404
    assert ask.get("/demo/return/demo__industry__committee__2024-02__v9").status_code == 404


def test_a_register_is_paged_and_its_heading_stands_on_every_page(settings, book, handed):
    rows: dict[str, str] = {}
    for n in range(450):
        row = n + 3
        rows |= {f"A{row}": make_credit_code("91", "500154", f"Y{n:07d}"), f"B{row}": f"企业{n}", f"C{row}": f"GR2023511{n:05d}",
                 f"D{row}": "2023-10-01", f"E{row}": "装备制造"}
    done = handed(book("hnte_register", "science", "2024-Q1", rows), "2024-04-05", "science")
    ask = client(settings)
    first = cells(ask.get(f"/demo/return/{done.return_id}").text)
    assert {"A1", "A2", "A3", "A202"} <= first.keys()
    assert "A203" not in first
    third = cells(ask.get(f"/demo/return/{done.return_id}?cell=B450").text)
    assert {"A1", "A2", "A403", "B452"} <= third.keys()
    assert third["B450"] == "lit"
    assert "A402" not in third


def test_what_changed_between_versions_is_told_line_by_line_wherever_it_stands(settings, book, handed):
    code = [make_credit_code("91", "500154", f"Y{n:07d}") for n in range(3)]

    def register(*lines) -> bytes:
        return book("hnte_register", "science", "2024-Q1", {
            f"{column}{row}": value for row, (n, name) in enumerate(lines, 3)
            for column, value in zip("ABCDE", (code[n], name, f"GR2023511{n:05d}", "2023-10-01", "EQ"), strict=True)})

    first = handed(register((0, "甲"), (1, "乙")), "2024-04-05", "science")
    second = handed(register((2, "丙"), (0, "甲公司")), "2024-04-06", "science")
    w = open_workplace(settings, "demo", parse_as_of("2024-04-30"))
    changed = show(w, second.return_id).changed
    assert changed
    assert (changed.before, changed.after) == (first.return_id, second.return_id)
    told = {(c.kind, c.row, c.column): (c.before, c.after, c.cell_before, c.cell) for c in changed.changes}
    assert told["changed", "甲公司", "name"] == ("甲", "甲公司", "数据!B3", "数据!B4")
    assert told["gone", "乙", "credit_code"] == (code[1], "", "数据!A4", None)
    assert told["new", "丙", "name"] == ("", "丙", None, "数据!B3")
    assert {kind for kind, row, _ in told if row == "甲公司"} == {"changed"}
    assert show(w, first.return_id).changed is None
    shown = show(w, first.return_id, against=second.return_id)
    assert shown.replaced_by == second.return_id
    assert shown.changed
    assert shown.changed.before == second.return_id


def test_a_figure_that_is_only_written_otherwise_is_told_as_the_same(settings, book, handed):
    handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    second = handed(book("industry", "committee", "2024-02", GOOD | {"D2": "10亿元", "D3": "３.0", "D6": "21人"}), "2024-03-06")
    changed = show(open_workplace(settings, "demo", parse_as_of("2024-04-30")), second.return_id).changed
    assert changed
    assert {c.cell: c.kind for c in changed.changes} == {"数据!D2": "written", "数据!D3": "written", "数据!D6": "changed"}
    assert "写法不同，数值未变" in client(settings).get(f"/demo/return/{second.return_id}").text


def test_at_an_earlier_time_the_page_knows_what_was_known_then(settings, book, handed):
    first = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    second = handed(book("industry", "committee", "2024-02", GOOD | {"D6": 21}), "2024-03-06")
    ask = client(settings)
    assert second.return_id in ask.get(f"/demo/return/{first.return_id}").text
    then = ask.get(f"/demo/return/{first.return_id}?as_of=2024-03-05")
    assert then.status_code == 200
    assert second.return_id not in then.text
    assert ask.get(f"/demo/return/{second.return_id}?as_of=2024-03-05").status_code == 404
    assert "<form class=\"act\"" not in then.text


def asked_of(page: str, card: str) -> set[str]:
    """The rules that a card of the page offers."""
    parts = page.split(f'id="{card}"')
    return set(re.findall(r'name="rule" value="([^"]+)"', parts[1].split('<div class="card')[0])) if len(parts) > 1 else set()


def test_a_warning_is_explained_by_its_unit_and_reviewed_on_the_page(settings, book, handed):
    handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    done = handed(book("industry", "committee", "2024-03", {"D2": 200, "D3": 60, "D4": 80, "D5": 120, "D6": 20}), "2024-04-05")
    assert done.verdict is Verdict.ACCEPTED_WITH_WARNINGS
    ask, path = client(settings), f"/demo/return/{done.return_id}"
    rules = asked_of(ask.get(path).text, "explain")
    assert rules == {f.rule for f in done.findings if f.severity == "warning"}
    said = ask.post(path + "/explain", data={"rule": sorted(rules)[0], "text": "新增三家企业投产"})
    assert (said.status_code, said.headers["location"]) == (303, f"/gaoxin{path}")
    page = ask.get(path).text
    assert "新增三家企业投产" in page
    assert asked_of(page, "explain") == rules - {sorted(rules)[0]}
    rest = sorted(rules)[1:]
    assert len(rest) > 1
    assert ask.post(path + "/explain", data={"rule": rest, "text": "同上，均因投产"}).status_code == 303
    page = ask.get(path).text
    assert page.count("同上，均因投产") == 2 * len(rest), "at each finding, and to be reviewed"
    assert "说明已提交，待审核" in page
    said = {"rule": rest, "said": re.findall(r'name="said" value="(\d+)"', page), "by": "supervision"}
    assert asked_of(page, "explanations") == rules
    assert ask.post(path + "/explanations", data=said | {"outcome": "send_back"}).status_code == 409, "without a comment"
    back = said | {"outcome": "send_back", "because": "写明是哪几家企业"}
    assert ask.post(path + "/explanations", data=back, headers={"origin": "http://evil"}).status_code == 403
    assert ask.post(path + "/explanations", data=back).status_code == 303
    page = ask.get(path).text
    assert asked_of(page, "explain") == set(rest)
    assert page.count("写明是哪几家企业") >= len(rest)
    desk, office = ask.get("/demo/unit/committee").text, ask.get("/demo/units").text
    assert ("写明是哪几家企业" in desk, "说明被退回" in desk) == (True, True)
    assert ("新增三家企业投产" in office, "同上，均因投产" in office) == (True, False), "what waits"
    assert ask.post(path + "/explain", data={"rule": rest, "text": "华星、恒远两家企业投产"}).status_code == 303
    stale = said | {"rule": sorted(rules), "outcome": "accept"}
    assert ask.post(path + "/explanations", data=stale).status_code == 409, "the unit has said something else since"
    now = re.findall(r'name="said" value="(\d+)"', ask.get(path).text)
    assert ask.post(path + "/explanations", data=stale | {"said": now, "until": "2024-12-31"}).status_code == 303
    page = ask.get(path).text
    assert "警告的说明均已接受" in page
    assert "2024-12-31" in page
    assert page.count("✓ 接收，说明已接受") == 2, "in the heading and among the versions"
    assert "有待说明" not in page
    assert "华星、恒远" not in ask.get("/demo/units").text
    nothing = {"rule": sorted(rules)[0], "text": "无"}
    assert ask.post(path + "/explain", data=nothing).status_code == 409
    assert ask.post(path + "/explain", data=nothing, headers={"origin": "http://evil"}).status_code == 403


def test_a_merged_hidden_and_broken_sheet_is_drawn_as_it_is(settings, book, handed):
    import openpyxl

    made = openpyxl.load_workbook(io.BytesIO(book("industry", "committee", "2024-02", GOOD)))
    sheet = made["数据"]
    sheet.merge_cells("D4:E5")
    sheet.row_dimensions[6].hidden = True
    made.create_sheet("<b>附注")["A1"] = "<script>alert(1)</script>"
    done = handed(packed(made), "2024-03-05")
    page = client(settings).get(f"/demo/return/{done.return_id}").text
    assert re.search(r'<td id="c-D4"[^>]* colspan="2" rowspan="2"', page)
    assert "c-E5" not in page
    assert "原件中隐藏" in page
    other = client(settings).get(f"/demo/return/{done.return_id}", params={"sheet": "<b>附注"}).text
    assert "&lt;script&gt;alert(1)" in other
    assert "<script>alert" not in other


def test_a_file_that_is_gone_is_told_and_everything_else_is_shown(settings, book, handed):
    done = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    (kept,) = settings.landing.glob(f"*/{done.sha256}")
    kept.unlink()
    page = client(settings).get(f"/demo/return/{done.return_id}")
    assert page.status_code == 200
    assert "原件读不出来" in page.text
    assert done.sha256 in page.text




def test_it_is_sent_back_on_the_page_with_a_remark_on_a_cell_and_taken_back(settings, book, handed):
    done = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    ask, path = client(settings), f"/demo/return/{done.return_id}"
    page = ask.get(path).text
    assert 'data-dialog="send-back"' in page
    assert 'data-dialog="take-back"' not in page
    assert 'data-dialog="send-back"' not in ask.get(f"{path}?as_of=2024-03-05").text
    said = ask.post(path + "/send-back", data={"by": "supervision", "because": "企业数<b>与名录</b>不符", "cell": "数据!D6"})
    assert said.status_code == 303, said.text
    page = ask.get(said.headers["location"].removeprefix("/gaoxin")).text
    assert "企业数&lt;b&gt;与名录&lt;/b&gt;不符" in page
    assert "error" in cells(page)["D6"]
    assert "已退回修改" in page
    assert "这一版的数据仍在用" in page
    desk = ask.get("/demo/unit/committee").text
    assert "企业数&lt;b&gt;" in desk
    assert f"{done.return_id}?cell=" in desk
    nothing = ask.post(path + "/send-back", data={"by": "supervision", "because": "无"})
    assert nothing.status_code == 409
    assert ask.post(path + "/send-back?as_of=2024-03-05", data={"by": "supervision", "because": "再看"}).status_code == 409
    assert ask.post(path + "/take-back", data={"by": "supervision", "because": "名录已更新"}).status_code == 303
    page = ask.get(path).text
    assert "已退回修改" not in page
    assert "企业数" not in page.split('id="said"')[0].split("<aside>")[1], "it is told as what was said, and asks for nothing"
    assert "企业数" not in ask.get("/demo/unit/committee").text
    assert 'data-dialog="send-back"' not in client(settings, "viewer", starts=False).get(path).text


def test_what_people_said_and_why_it_was_corrected_stays_on_the_page(settings, book, handed):
    first = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    ask, path = client(settings), f"/demo/return/{first.return_id}"
    ask.post(path + "/send-back", data={"by": "supervision", "because": "企业数与名录不符", "cell": "数据!D6"})
    ask.post(path + "/take-back", data={"by": "supervision", "because": "名录已更新"})
    second = handed(book("industry", "committee", "2024-02", GOOD | {"D6": 21}), "2024-04-20", reason="漏统一家企业")
    assert "漏统一家企业" in ask.get(f"/demo/return/{second.return_id}").text
    assert "漏统一家企业" not in ask.get(path).text
    for page in (ask.get(path).text, ask.get(f"/demo/return/{second.return_id}").text):
        said = re.search(r'id="said">(.*?)</ol>', page, re.S)
        assert said
        assert [said[1].index(words) for words in ("名录已更新", "企业数与名录不符")] == sorted(
            said[1].index(words) for words in ("名录已更新", "企业数与名录不符")), "the newest first"
        assert "区政府督查室" in said[1]
        assert "admin" in said[1]
        assert f"{first.return_id}?cell=" in said[1]


def test_a_version_that_was_replaced_asks_for_nothing(settings, book, handed):
    first = handed(book("industry", "committee", "2024-02", GOOD | {"D3": 12}), "2024-03-05")
    ask, path = client(settings), f"/demo/return/{first.return_id}"
    assert "#upload" in ask.get(path).text
    second = handed(book("industry", "committee", "2024-02", GOOD | {"D3": 13}), "2024-03-05")
    page = ask.get(path).text
    assert "此后已另报" in page
    assert "#upload" not in page
    assert "#upload" in ask.get(f"/demo/return/{second.return_id}").text
    third = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-06")
    for one in (first, second):
        page = ask.get(f"/demo/return/{one.return_id}").text
        assert f'/return/{third.return_id}">第 3 版' in page
        assert "#upload" not in page
        assert "改正后重新上传" not in page


def test_of_several_rules_all_are_explained_or_none(settings, book, handed):
    handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    done = handed(book("industry", "committee", "2024-03", {"D2": 200, "D3": 60, "D4": 80, "D5": 120, "D6": 20}), "2024-04-05")
    rules = sorted({f.rule for f in done.findings if f.severity == "warning"})
    assert len(rules) > 1
    ask, path = client(settings), f"/demo/return/{done.return_id}/explain"
    refused = ask.post(path, data={"rule": [*rules, "bogus"], "text": "企业投产"})
    assert (refused.status_code, "bogus" in refused.text) == (409, True)
    assert events(settings, EventKind.RETURN_EXPLAINED) == []
    assert ask.post(path, data={"rule": [*rules, rules[0]], "text": "企业投产"}).status_code == 303
    assert len(events(settings, EventKind.RETURN_EXPLAINED)) == len(rules)
    for text in ("口径有变", "企业投产", "企业投产"):  # at one moment: what was said before counts again, once
        assert ask.post(path, data={"rule": rules[0], "text": text}).status_code == 303
    with Warehouse.open(settings).read() as store:
        said = [e.text for e in store.returns.explanations(done.return_id) if e.rule == rules[0]]
    assert said == ["企业投产", "口径有变", "企业投产"]


def test_sending_back_is_offered_but_to_whoever_handed_it_in(settings, book, handed, with_accounts):  # noqa: F811
    own = handed(book("industry", "committee", "2024-02", GOOD), "2024-03-05")
    others = handed(book("hnte_register", "science", "2024-Q1", {"A3": "零报告"}), "2024-04-05", "science")
    both = client(with_accounts("airflow: both, roles: [supervision, unit], units: [committee]"), "both")
    offered = 'data-dialog="send-back"'
    assert offered in both.get(f"/demo/return/{others.return_id}").text
    assert offered not in both.get(f"/demo/return/{own.return_id}").text
    refused = both.post(f"/demo/return/{own.return_id}/send-back", data={"by": "supervision", "because": "请核对"})
    assert refused.status_code == 403
