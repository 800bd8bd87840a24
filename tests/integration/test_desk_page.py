"""A unit's desk: what it shows, uploads with their verdict, receipts; and that a unit sees its own and nothing else."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from gaoxin.campaign.intake import take_in
from gaoxin.campaign.upkeep import verify_ledger
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import parse_as_of
from gaoxin.ledger.kinds import EventKind
from gaoxin.web.app import build
from tests.integration.test_people import events, with_accounts  # noqa: F401 - a fixture
from tests.pages import client

DAGS = Path(__file__).parents[2] / "dags"
GOOD = {"D2": 10, "D3": 3, "D4": 4, "D5": 6, "D6": 20}
MARCH = {"D2": 15, "D3": 4.5, "D4": 6, "D5": 9, "D6": 20}
DESK = "/demo/unit/committee"


@pytest.fixture
def on(settings, demo_workplace, warehouse):
    """on("2024-03-05"): the drill's clock stands there; a browser on the desk."""

    def at(day: str, name: str = "admin", of=None):
        demo_workplace(day)
        with warehouse.begin() as store:
            store.ledger.moment(parse_as_of(day))
        return client(of or settings, name)

    return at


def uploaded(browser, *files: tuple[str, bytes], path: str = DESK, **data):
    """The page with the verdict."""
    done = browser.post(f"{path}/upload", files=[("file", (name, content)) for name, content in files], data=data)
    assert done.status_code == 303, done.text
    page = browser.get(done.headers["location"].removeprefix("/gaoxin"))
    assert page.status_code == 200, page.text
    return page.text, done.headers["location"]


def test_an_upload_is_landed_as_any_return_and_its_verdict_stands_on_the_page(settings, book, on):
    browser = on("2024-03-05")
    content = book("industry", "committee", "2024-02", GOOD | {"D3": 12})
    page, _ = uploaded(browser, ("二月.xlsx", content))
    assert "没有入库" in page
    assert "数据!D3" in page
    (received,) = events(settings, EventKind.RETURN_RECEIVED)
    assert (received.actor["way"], received.actor["unit"], received.actor["airflow"]) == ("page", "committee", "admin")
    assert (settings.landing / received.payload["sha256"][:2] / received.payload["sha256"]).read_bytes() == content
    assert received.payload["sha256"] in page
    desk = browser.get(DESK).text
    assert "退回，要改正" in desk
    assert re.search(r"D3</a>", desk)
    page, _ = uploaded(browser, ("二月改.xlsx", book("industry", "committee", "2024-02", GOOD)))
    assert "已入库，没有发现问题" in page
    assert "退回，要改正" not in browser.get(DESK).text
    kept = browser.get(f"{DESK}/receipt/{received.payload['return_id']}.txt")
    assert kept.status_code == 200
    assert received.payload["sha256"] in kept.text
    assert "退回" in kept.text
    assert "2024-03-05" in kept.text
    assert verify_ledger(settings).intact


def test_the_same_file_twice_is_said_and_nothing_is_taken_twice(settings, book, on):
    browser, content = on("2024-03-05"), book("industry", "committee", "2024-02", GOOD)
    uploaded(browser, ("a.xlsx", content))
    before = len(events(settings))
    page, _ = uploaded(browser, ("b.xlsx", content))
    assert "此前已经收到过" in page
    assert [e.kind for e in events(settings)[before:]] == [EventKind.RETURN_CAME_AGAIN], "that it came, and nothing else"


def test_several_files_are_each_answered_for_and_one_keeps_no_other_back(settings, book, on):
    browser = on("2024-04-05")
    page, _ = uploaded(browser, ("二月.xlsx", book("industry", "committee", "2024-02", GOOD)), ("坏.xlsx", b"PK\x03\x04 broken"),
                       ("三月.xlsx", book("industry", "committee", "2024-03", MARCH)),
                       ("别人的.xlsx", book("hnte_register", "science", "2024-Q1", {})))
    assert page.count('<article class="card receipt') == 4
    assert len(events(settings, EventKind.RETURN_LOADED)) == 2
    refused = events(settings, EventKind.FILE_REFUSED)
    assert [(e.payload["problems"], e.payload["came_as"], e.actor["unit"]) for e in refused] == [
        (["not_a_workbook"], "坏.xlsx", "committee"), (["other_unit"], "别人的.xlsx", "committee")]
    assert "这里是园区管委会的工作台，封面写的是区科技局" in page
    history = browser.get(DESK).text
    assert "坏.xlsx" in history
    assert "别人的.xlsx" in history
    assert "别人的.xlsx" not in browser.get("/demo/unit/science").text
    assert browser.get(f"/demo/unit/science/receipts?of={refused[1].payload['sha256']}").status_code == 404


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", b"0" * (210 * 2**20))
    return out.getvalue()


@pytest.mark.parametrize(("name", "content", "kind"), [
    ("空.xlsx", b"", "empty_file"),
    ("密.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ("报告.pdf", b"%PDF-1.7 ...", "not_a_workbook"),
    ("../../../etc/\x00cron.xlsx", b"MZ\x90", "not_a_workbook"),
    ("大.csv", b"1," * (11 * 2**20), "oversized"),
    ("炸.xlsx", None, "oversized"),
], ids=["empty", "encrypted", "pdf", "hostile name", "large", "bomb"])
def test_what_is_no_workbook_is_kept_and_refused_with_its_reason(settings, on, name, content, kind):
    browser, content = on("2024-03-05"), zip_bomb() if content is None else content
    page, location = uploaded(browser, (name.replace("\x00", ""), content))
    (refused,) = events(settings, EventKind.FILE_REFUSED)
    assert refused.payload["problems"] == [kind]
    assert "/" not in refused.payload["came_as"]
    assert refused.payload["sha256"] in page
    assert "文件已留存" in page
    assert events(settings, EventKind.RETURN_RECEIVED) == []
    key = location.split("of=")[1].split("&")[0]
    assert refused.payload["sha256"] in browser.get(f"{DESK}/receipt/{key}.txt").text


def test_a_body_beyond_the_limit_or_without_a_file_changes_nothing(settings, on, monkeypatch):
    browser = on("2024-03-05")
    before = len(events(settings))
    monkeypatch.setattr("gaoxin.web.guard.LARGEST", 1000)
    assert browser.post(f"{DESK}/upload", files=[("file", ("a.xlsx", b"0" * 2000))]).status_code == 413
    assert browser.post(f"{DESK}/upload", data={"reason": "x"}).status_code == 422
    assert browser.post(f"{DESK}/upload?as_of=2024-03-04", files=[("file", ("a.csv", b"1"))]).status_code == 409
    assert browser.post(f"{DESK}/upload", files=[("file", ("a.csv", b"1"))], headers={"origin": "http://evil"}).status_code == 403
    assert len(events(settings)) == before


def test_three_sendings_at_the_same_moment_make_a_version_each_time_that_something_else_is_said(settings, book, on):
    on("2024-03-05")
    contents = [book("industry", "committee", "2024-02", GOOD), book("industry", "committee", "2024-02", GOOD | {"D6": 21})]
    found: list[int] = []

    def send(content: bytes, name: str) -> None:
        done = client(settings, name).post(f"{DESK}/upload", files=[("file", ("a.xlsx", content))])
        found.append(done.status_code)

    asked = [(contents[0], "zhang"), (contents[1], "li"), (contents[0], "wang")]
    threads = [threading.Thread(target=send, args=one) for one in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [303, 303, 303]
    came = [(e.payload["version"], e.payload["sha256"]) for e in events(settings, EventKind.RETURN_RECEIVED)]
    # The bytes that were sent twice are one version, unless the others came between them: then they are the last word again.
    between = len(came) == 3 and came[0][1] == came[2][1] != came[1][1]
    assert [version for version, _ in came] == ([1, 2, 3] if between else [1, 2])
    assert len(events(settings, EventKind.RETURN_LOADED)) == len(came)
    assert verify_ledger(settings).intact


def test_what_came_by_the_inbox_has_its_receipt_on_the_desk_too(settings, book, on, drop):
    browser = on("2024-03-05")
    drop("committee/坏.xlsx", b"PK\x03\x04")
    drop("园区管委会/二月.xlsx", book("industry", "committee", "2024-02", GOOD))
    take_in(open_workplace(settings, "demo", parse_as_of("2024-03-05"), acts=True), None, check=True)
    desk = browser.get(DESK).text
    assert "坏.xlsx" in desk
    told = [browser.get(f"{DESK}/receipts?of={key}").text for key in re.findall(r"receipts\?of=([^\"&]+)", desk)]
    assert len(told) == 2
    assert all("收件箱" in page for page in told)
    assert "坏.xlsx" not in browser.get("/demo/unit/science").text


def test_a_late_correction_needs_its_reason_and_takes_the_forms_words(settings, book, on):
    uploaded(on("2024-03-05"), ("a.xlsx", book("industry", "committee", "2024-02", GOOD)))
    browser = on("2024-04-20")
    content = book("industry", "committee", "2024-02", GOOD | {"D6": 21})
    page, _ = uploaded(browser, ("b.xlsx", content))
    assert "更正须说明原因" in page
    page, _ = uploaded(browser, ("b.xlsx", content), reason="漏统一家企业")
    assert "已入库" in page
    (corrected,) = events(settings, EventKind.RETURN_CORRECTED)
    assert corrected.payload["late"] is True


def test_the_desk_says_what_is_owed_and_the_template_has_the_period_before_beside_it(settings, book, on):
    import openpyxl

    uploaded(on("2024-03-05"), ("a.xlsx", book("industry", "committee", "2024-02", GOOD)))
    browser = on("2024-04-08")
    desk = browser.get(DESK).text
    assert f"/gaoxin{DESK}/form/industry/2024-03" in desk
    assert "还有 2 个工作日" in desk  # due on 10 April
    fill = browser.get(f"{DESK}/form/industry/2024-03").text
    assert re.search(r"工业总产值.*?10</td>", fill, re.S)
    got = browser.get(f"{DESK}/template/industry/2024-03")
    made = openpyxl.load_workbook(io.BytesIO(got.content))
    assert made["数据"]["E1"].value == "上期数（2024年2月）"
    assert {row[0].value: row[4].value for row in made["数据"].iter_rows(min_row=2)}["gross_output"] == 10
    for where, value in MARCH.items():
        made["数据"][where] = value
    out = io.BytesIO()
    made.save(out)
    page, _ = uploaded(browser, ("三月.xlsx", out.getvalue()))
    assert "已入库，没有发现问题" in page  # the sheet beside is nobody's figures, and nobody's fault
    assert browser.get(f"{DESK}/template/industry/2024-99").status_code == 404
    assert browser.get(f"{DESK}/template/hnte_register/2024-Q1").status_code == 200
    assert "BEGIN:VEVENT" in browser.get(f"{DESK}/calendar.ics").text
    listed = browser.get("/demo/units").text
    assert "区科技局" in listed
    assert "区政府督查室" not in listed


def paths(method: str) -> list[str]:
    """Every path of one unit or one return, whosever page it is."""
    given = {"campaign": "demo", "unit": "committee", "return_id": "demo__industry__committee__2024-02__v1", "form": "industry",
             "period": "2024-02", "key": "demo__industry__committee__2024-02__v1", "task": "survey"}
    return [r.path.format(**given) for r in build().routes if isinstance(r, APIRoute) and method in r.methods
            and ("{unit}" in r.path or "{return_id}" in r.path)]


def test_a_unit_sees_its_own_and_nothing_else(settings, book, on, with_accounts):  # noqa: F811
    uploaded(on("2024-03-05"), ("a.xlsx", book("industry", "committee", "2024-02", GOOD | {"D3": 12})))
    of = with_accounts("airflow: ours, roles: [unit], units: [committee]",
                       "airflow: both, roles: [unit], units: [science, committee]",
                       "airflow: theirs, roles: [unit], units: [science]",
                       "airflow: auditor, roles: [auditor]", "airflow: office, roles: [office]")
    asked = {"of": "demo__industry__committee__2024-02__v1"}
    gets, posts = paths("GET"), paths("POST")
    assert len(gets) >= 6
    assert len(posts) >= 2
    for path in gets:
        if "/cell/" not in path:  # what rests on a cell is for those who see indicators
            assert client(of, "ours").get(path, params=asked).status_code == 200, path
        assert client(of, "auditor").get(path, params=asked).status_code == 200, path
        for stranger in ("theirs", "nobody"):
            denied = client(of, stranger).get(path, params=asked)
            assert denied.status_code == 403, (path, stranger)
            assert "工业总产值" not in denied.text
        assert client(of, None).get(path, params=asked).status_code == 401, path
    before = events(settings, EventKind.RETURN_RECEIVED, EventKind.RETURN_EXPLAINED, EventKind.FILE_REFUSED)
    content = book("industry", "committee", "2024-02", GOOD)
    for path in posts:
        for stranger in ("theirs", "nobody", "auditor"):
            send = {"files": [("file", ("a.xlsx", content))]} if "upload" in path else {"data": {"rule": "x", "text": "y"}}
            assert client(of, stranger).post(path, **send).status_code == 403, (path, stranger)
    assert events(settings, EventKind.RETURN_RECEIVED, EventKind.RETURN_EXPLAINED, EventKind.FILE_REFUSED) == before
    assert len(events(settings, EventKind.ACT_REFUSED)) >= len(posts) * 2
    # Its own desk with another's cover, another's receipt by its own desk, and a list that names nobody else.
    page, _ = uploaded(client(of, "theirs"), ("a.xlsx", content), path="/demo/unit/science")
    assert "封面写的是园区管委会" in page
    assert client(of, "theirs").get("/demo/unit/science/receipts", params=asked).status_code == 404
    listed = client(of, "theirs").get("/demo/units").text
    assert "/demo/unit/science" in listed
    assert "/demo/unit/committee" not in listed
    assert "/demo/unit/science" in client(of, "both").get(DESK).text
    assert "/demo/unit/science" not in client(of, "ours").get(DESK).text
    # The office enters it for the unit, and the record says so.
    uploaded(client(of, "office"), ("a.xlsx", content))
    last = events(settings, EventKind.RETURN_RECEIVED)[-1]
    assert (last.actor["role"], last.actor["unit"], last.actor["authenticated"]) == ("office", "committee", True)
    assert "上传报表" not in client(of, "auditor").get(DESK).text


def test_a_unit_is_led_to_its_desk_and_starts_with_what_is_its_own(settings, tmp_path, on, with_accounts):  # noqa: F811
    on("2024-03-11")
    written = (settings.plans / "demo" / "plan.yaml").read_text(encoding="utf-8")
    for name, plan in (("demo", written), ("beside", written.replace("id: demo\n", "id: beside\n")),
                       ("award_2017", (DAGS / "award_2017" / "plan.yaml").read_text(encoding="utf-8"))):
        (tmp_path / "plans" / name).mkdir(parents=True)
        (tmp_path / "plans" / name / "plan.yaml").write_text(plan, encoding="utf-8")
    of = with_accounts("airflow: ours, roles: [unit], units: [committee]", "airflow: office, roles: [office]")
    of = of.model_copy(update={"plans_": tmp_path / "plans"})
    led = client(of, "ours").get("/demo")
    assert (led.status_code, led.headers["location"]) == (303, "/gaoxin/demo/mine")
    assert client(of, "ours").get("/demo/mine").headers["location"] == "/gaoxin/demo/unit/committee"
    assert client(of, "ours").get("/demo/gate/application").status_code == 403, "only the board's address"
    assert client(of, "stranger").get("/demo").status_code == 403
    assert client(of, "office").get("/demo").status_code == 200
    start = client(of, "ours").get("/").text
    listed = set(re.findall(r'href="/gaoxin/([a-z0-9_]+)/mine"', start))
    assert listed == {"demo", "beside"}
    assert re.search(r'/gaoxin/demo/unit/committee">园区管委会</a>\s*<b>应报 1 份</b>', start)
    seen = set(re.findall(r'href="/gaoxin/([a-z0-9_]+)/mine"', client(of, "office").get("/").text))
    assert seen == {"demo", "beside", "award_2017"}
    for page in (start, client(of, "ours").get("/demo/unit/committee").text):
        assert ">ours<" in page
        assert 'href="/api/v2/auth/logout"' in page
        assert "lang=en" in page
