"""The auditor's pages: any figure leads to its cells and any cell to what rests on it, as it was known at a time; the record is
leafed through and says by itself where it was altered."""

from __future__ import annotations

import html
import re
from hashlib import sha256

import pytest
from sqlalchemy import text

from gaoxin.campaign import (
    anchoring,
    auditing,
    correcting,
    gatekeeping,
    looking,
    measuring,
    quality_trends,
    registering,
    reporting,
    trends,
    upkeep,
)
from gaoxin.campaign.workplace import open_workplace
from gaoxin.clock import end_of, parse_as_of
from gaoxin.ledger.kinds import EventKind
from gaoxin.periods import Period
from gaoxin.warehouse import audit as leafing
from tests.pages import client
from tests.stored import as_role
from tests.sums import DAY, change, hand_in, years

OLD = "sums__yearly__committee__2023__v1"
NEW = "sums__yearly__committee__2023__v2"
ROW = {"tax": 12.3, "turnover": 12, "margin": "14%", "area": 100, "staff": 54000}


def acting(w, day):
    return open_workplace(w.settings, "sums", parse_as_of(day), acts=True)


@pytest.fixture
def story(at):
    """Returns of three years, a gate and a report made of them; then one figure is corrected, and all is computed again."""
    w = at(DAY)
    years(w)
    w = acting(w, "2024-04-12")
    measuring.store_indicators(w)
    reporting.kept_report(w, Period.parse("2023"))
    gatekeeping.decide(w, w.plan.phases[0].id)
    w = acting(w, "2024-05-02")
    hand_in(w, ("yearly", "committee", "2023", ROW, "漏计一户"))
    w = acting(w, "2024-05-03")
    measuring.store_indicators(w)
    upkeep.verify_what_is_due(w)
    return w


def plain(page):
    """What is read on a page, without its elements."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_a_figure_leads_to_its_cells_and_a_cell_to_what_rests_on_it(story):
    ask = client(story.settings)
    shown = ask.get("/sums/indicator/tax_growth")
    assert shown.status_code == 200, shown.text
    assert "/gaoxin/sums/indicator/tax_growth/trace" in shown.text  # the part that reads the files again comes after it
    trace = ask.get("/sums/indicator/tax_growth/trace", headers={"hx-request": "true"})
    assert "<html" not in trace.text
    assert "100 × (税收 ÷ 税收（2022年） − 1)" in plain(trace)
    assert "１２０，０００" in trace.text  # as the clerk wrote it
    cell = re.search(rf'href="(/gaoxin/sums/cell/{NEW}\?cell=[^"]+)"', trace.text)
    assert cell
    assert f"/gaoxin/sums/return/{NEW}?cell=" in trace.text
    used = ask.get(cell[1].removeprefix("/gaoxin").replace("&amp;", "&"))
    assert used.status_code == 200, used.text
    assert "/gaoxin/sums/indicator/tax_growth?as_of=2024-05-03" in used.text
    before = ask.get(f"/sums/cell/{OLD}", params={"cell": "数据!D2"})
    assert f"/gaoxin/sums/cell/{NEW}" in before.text  # what has replaced it
    assert "sums__quality__2023.html" in before.text
    assert "sums__quality__2023.html" not in used.text  # made before it


def test_what_was_known_then_is_shown_and_goes_along_with_every_link(story):
    ask = client(story.settings)
    now, then = (ask.get("/sums/indicators", params=p) for p in ({}, {"as_of": "2024-04-20"}))
    told = [re.findall(r"tax_growth</span>.*?<td class=\"num\">(.*?)</td>", page.text, re.S) for page in (now, then)]
    assert told[0][0] != told[1][0]
    assert "所见为 2024-04-20 23:59 已知的情况" in then.text
    assert 'step="1" value="2024-04-20T23:59:59"' in then.text  # asked again as it stands there, it is the same time
    assert "/gaoxin/sums/indicator/tax_growth?as_of=2024-04-20" in then.text
    trace = ask.get("/sums/indicator/tax_growth/trace", params={"as_of": "2024-04-20"})
    assert OLD in trace.text
    assert NEW not in trace.text
    page = ask.get("/audit/ledger", params={"campaign": "sums", "as_of": "2024-04-20"})
    assert NEW not in page.text
    assert "/gaoxin/audit?as_of=2024-04-20&amp;campaign=sums" in page.text
    assert '<input type="hidden" name="campaign" value="sums">' in page.text  # another time is asked of the same campaign


def test_two_times_side_by_side_say_what_changed_and_by_which_event(story):
    seen = looking.see_twice(story, open_workplace(story.settings, "sums", parse_as_of("2024-04-20")), "tax_growth")
    assert seen.before.as_of < seen.after.as_of
    assert [(c.kind, c.about.variable, str(c.about.period), c.about.unit) for c in seen.changed] == [
        ("changed", "tax", "2023", "committee")]
    (one,) = seen.changed
    assert one.before
    assert one.after
    assert one.event
    assert (one.before.return_id, one.after.return_id) == (OLD, NEW)
    assert one.event.kind == EventKind.RETURN_LOADED
    assert one.event.payload["return_id"] == NEW
    page = client(story.settings).get("/sums/indicator/tax_growth", params={"compare_to": "2024-04-20"})
    assert "两个时点" in page.text
    assert f"seq={one.event.seq}" in page.text


def test_a_trajectory_is_as_it_was_recorded_by_then(story):
    earlier = open_workplace(story.settings, "sums", parse_as_of("2024-04-20"))
    now, then = (looking.see(w, "tax_growth").trajectory for w in (story, earlier))
    assert [str(p.period) for p in now] == [str(p.period) for p in then] == ["2023"]
    assert now[0].value != then[0].value
    assert now[0].value == looking.see(story, "tax_growth").indicator.value


def test_all_indicators_are_asked_again_only_when_something_was_recorded(story, monkeypatch):
    computed, real = list[object](), measuring.indicators_in

    def counted(*asked, **more):
        computed.append(asked)
        return real(*asked, **more)

    monkeypatch.setattr(measuring, "indicators_in", counted)
    first = trends.see_all(story)
    assert trends.see_all(open_workplace(story.settings, "sums")).indicators == first.indicators
    assert len(computed) == 1
    earlier = trends.see_all(open_workplace(story.settings, "sums", parse_as_of("2024-04-20")))
    assert len(computed) == 2
    assert [i.value for i in earlier.indicators] != [i.value for i in first.indicators]
    assert {i.id: i.value for i in first.indicators} == {i.id: i.value for i in measuring.compute_indicators(story)}


def test_the_ledger_is_leafed_through_to_its_beginning_and_by_whom_of_whom_what_and_when(story):
    def numbers(**asked):
        before, found = None, []
        while True:
            page = auditing.ledger_page(story, auditing.Wanted(before=before, **asked), limit=7)
            found += [e.seq for e in page.entries]
            if page.older is None:
                return found
            before = page.older

    with story.warehouse.read() as store:
        events = store.ledger.events()
    assert numbers() == [e.seq for e in reversed(events)]
    assert numbers(kind="return.loaded") == [e.seq for e in reversed(events) if e.kind == "return.loaded"]
    assert numbers(kind="gates") == [e.seq for e in reversed(events) if e.kind.partition(".")[0] in auditing.GROUPS["gates"]]
    account = events[-1].actor["account"]
    assert numbers(account=account) == [e.seq for e in reversed(events) if e.actor["account"] == account]
    assert numbers(account="nobody") == []
    science = numbers(unit="science")
    assert science
    assert all("science" in str(events[n - 1].payload) or events[n - 1].actor["unit"] == "science" for n in science)
    day = parse_as_of("2024-05-02").date()
    assert numbers(day=day) == [e.seq for e in reversed(events) if parse_as_of("2024-05-02T00:00") <= e.at <= end_of(day)]
    assert {k.partition(".")[0] for k in EventKind} <= set().union(*auditing.GROUPS.values())


def test_a_search_far_back_goes_on_page_by_page(story, monkeypatch):
    monkeypatch.setattr(leafing, "FAR", 3)
    monkeypatch.setattr(leafing, "_ROUNDS", 2)
    page = auditing.ledger_page(story, auditing.Wanted(account="nobody"))
    assert not page.entries
    assert page.older == page.looked_to + 1 == page.last - 5
    shown = client(story.settings).get("/audit/ledger", params={"campaign": "sums", "account": "nobody"})
    assert f"已查至第 {page.looked_to} 条" in shown.text
    assert f"before={page.older}" in shown.text


def test_events_are_told_in_words_with_who_and_whether_anybody_vouches(story):
    page = client(story.settings).get("/audit/ledger", params={"campaign": "sums"})
    words = plain(page)
    phase = story.plan.phases[0]
    assert f"关口 {phase.name.zh}" in words
    assert "已逐条重算哈希" in words
    assert "gate.decided" not in words.replace("原始记录", "")
    english = plain(client(story.settings).get("/audit/ledger", params={"campaign": "sums", "lang": "en"}))
    assert f"gate {phase.name.to('en')}" in english


def test_an_event_that_was_altered_is_told_on_its_page(story):
    with as_role(story.warehouse).begin() as connection:
        connection.execute(text("alter table gaoxin.ledger_events disable trigger append_only"))
        connection.execute(text("update gaoxin.ledger_events set payload = '{}' where seq ="
                                " (select max(seq) from gaoxin.ledger_events where kind = 'return.loaded')"))
        connection.execute(text("alter table gaoxin.ledger_events enable trigger append_only"))
    page = auditing.ledger_page(story, auditing.Wanted())
    assert [e.kind for e in page.entries if e.fault] == ["return.loaded"]
    assert "账本被改动过" in client(story.settings).get("/audit/ledger", params={"campaign": "sums"}).text


def test_the_overview_says_how_the_record_was_verified_and_which_checkpoints_hold(story):
    ask = client(story.settings)
    found = auditing.audited(story)
    assert found.verified[0].faults == 0
    assert found.unverified == found.events - found.verified[0].until
    (kept,) = found.checkpoints
    assert kept.signed
    assert kept.holds
    assert "记录、文件与账本一致" in ask.get("/audit", params={"campaign": "sums"}).text
    note = ask.get(f"/audit/checkpoint/{kept.seq}", params={"campaign": "sums"})
    assert note.text == anchoring.kept(story.settings)[0].read_text()
    assert "attachment" in note.headers["content-disposition"]
    assert ask.get("/audit/checkpoint/999", params={"campaign": "sums"}).status_code == 404
    anchoring.kept(story.settings)[0].write_text(note.text.replace("\nat 2024", "\nat 2023"))
    assert not auditing.audited(story).checkpoints[0].signed
    then = auditing.audited(open_workplace(story.settings, "sums", parse_as_of("2024-04-20")))
    assert not then.verified
    assert not then.checkpoints


def cut(w, at, *, head=False):
    """The ledger without its tail, as whoever holds all rights leaves it; head: what says where it ends is changed as well."""
    tables = ["ledger_events", *["ledger_head"] * head]
    with as_role(w.warehouse).begin() as connection:
        for table in tables:
            connection.execute(text(f"alter table gaoxin.{table} disable trigger all"))
        connection.execute(text("delete from gaoxin.ledger_events where seq > :at"), {"at": at})
        if head:
            connection.execute(text("update gaoxin.ledger_head set (seq, hash) ="
                                    " (select seq, hash from gaoxin.ledger_events where seq = :at)"), {"at": at})
        for table in tables:
            connection.execute(text(f"alter table gaoxin.{table} enable trigger all"))


@pytest.mark.parametrize("head", [False, True], ids=["head left", "head too"])
def test_a_tail_that_was_cut_off_is_told_by_the_head_and_by_the_checkpoint_that_proves_it(story, head):
    ask, asked = client(story.settings), {"campaign": "sums"}
    (note,) = auditing.audited(story).checkpoints
    assert "末尾" not in ask.get("/audit", params=asked).text
    assert note.seq
    cut(story, note.seq - 1, head=head)
    for then in ({}, {"as_of": "2024-05-02"}):  # where the ledger ends is no question of the time that is asked for
        seen = ask.get("/audit", params=asked | then)
        assert "账本末尾不符" in seen.text
        assert f"№ {note.seq}" in seen.text
        assert "账本中已无此条：末尾被截去" in seen.text
        assert "✓ 相符 2" not in plain(seen)
        leaf = ask.get("/audit/ledger", params=asked | then).text
        assert "账本被改动过" in leaf
        assert "与前一条相接" not in leaf
    assert (anchoring.kept(story.settings)[0]).name == note.name


def test_without_any_checkpoint_the_head_tells_and_a_file_that_is_no_note_hides_nothing(story):
    for file in anchoring.kept(story.settings):
        file.unlink()
    (story.settings.checkpoints / "2024-05.txt").write_text("not a note")
    assert [c.holds for c in auditing.audited(story).checkpoints] == [None]
    assert auditing.audited(story).ends is None
    last = auditing.audited(story).events
    cut(story, last - 1)
    ends = auditing.audited(story).ends
    assert ends
    assert ends.code == "ledger.cut_off"
    assert not auditing.ledger_page(story, auditing.Wanted(kind="return.loaded")).holds


def test_every_kept_report_is_opened_by_its_digest_and_none_that_is_another(story):
    name = "sums__quality__2023.html"
    ask, first = client(story.settings), (story.settings.reports / name).read_bytes()
    corrected = ask.get(f"/sums/report/{name}").text
    assert "自 2024-05-02" in corrected
    assert "尚未重新编制" in corrected
    assert "起数据有变，待重新编制" in ask.get("/audit", params={"campaign": "sums"}).text
    w = acting(story, "2024-05-06")
    reporting.kept_report(w, Period.parse("2023"))
    second = (story.settings.reports / name).read_bytes()
    assert first != second
    assert ask.get(f"/sums/report/{name}").content == second
    assert ask.get(f"/sums/report/{name}", params={"as_of": "2024-04-20"}).content == first
    page = ask.get("/audit", params={"campaign": "sums"}).text
    links = re.findall(r'href="/gaoxin(/sums/report/[^"]+)"', page)
    opened = {link: ask.get(link) for link in links}
    assert len(links) == 6
    assert {r.status_code for r in opened.values()} == {200}
    assert {r.content for link, r in opened.items() if sha256(second).hexdigest() in link} == {second}
    (old,) = (r.text for link, r in opened.items() if sha256(first).hexdigest() in link)
    assert "已被后来的一份取代" in old
    assert old.replace(re.findall("<p role=.*?</p>", old)[0], "").encode() == first
    original = ask.get(re.findall(r'href="/gaoxin([^"]+original=true)"', old)[0].replace("&amp;", "&"))
    assert (original.content, "superseded" in original.headers["content-disposition"]) == (first, True)
    digests = [r.sha256 for r in auditing.audited(w).reports]
    assert ask.get(f"/sums/report/{name}", params={"sha256": digests[0], "as_of": "2024-04-20"}).status_code == 404
    for kind in ("json", "xlsx"):  # what is downloaded says so, too, but as it was written
        link = next(one for one in links if f".{kind}" in one and "__superseded" in opened[one].headers["content-disposition"])
        assert opened[link].content != ask.get(link, params={"original": "true", "sha256": link.rpartition("=")[2]}).content
    (kept,) = (story.settings.reports / "earlier" / "originals").glob("*.html.original")
    kept.write_bytes(first + b" ")
    assert ask.get(f"/sums/report/{name}", params={"sha256": digests[1]}).status_code == 409
    kept.unlink()
    assert "文件已不在" in ask.get("/audit", params={"campaign": "sums"}).text
    for other in ("sums__quality__2022.html", "sums__quality__2023.txt", "verifiers.txt", "x__quality__2023.html"):
        assert ask.get(f"/sums/report/{other}").status_code == 404, other


def test_what_was_recorded_is_read_as_it_was_written_and_a_refusal_in_one_language(story, tmp_path):
    file = tmp_path / "accounts.yaml"
    file.write_text("schema: 1\naccounts:\n  - {airflow: hers, roles: [auditor]}\n"
                    "  - {airflow: clerk, roles: [unit], units: [science]}\n"
                    "  - {airflow: guard, roles: [security], campaigns: [sums]}\n", encoding="utf-8")
    settings = story.settings.model_copy(update={"accounts": file})
    refused = client(settings, "clerk").post("/sums/gate/" + story.plan.phases[0].id + "/ask")
    assert refused.status_code == 403
    asked = {"campaign": "sums", "kind": "act.refused"}
    zh, en = (client(settings, "hers").get("/audit/ledger", params=asked | {"lang": x}) for x in ("zh", "en"))
    assert "账号 clerk" in zh.text.partition("<pre")[2]  # the payload: Chinese, and no escapes
    assert "\\u" not in zh.text
    told = [re.findall(r'<td class="what">(.*?)<span', page.text, re.S)[0] for page in (zh, en)]
    assert "运行流程" in told[0]
    assert "账号文件" in told[0]
    assert "the account" not in told[0]
    assert "run flows" in told[1]
    assert not re.search("[一-鿿]", told[1])


def test_a_fault_that_verification_found_is_told_first(story):
    change(story, "facts", "update gaoxin.facts set value = value + 1 where variable = 'tax'")
    upkeep.verify_what_is_due(acting(story, "2024-05-11"))
    shown = client(story.settings).get("/audit", params={"campaign": "sums"})
    assert "停止使用，保全数据库与文件并报告督查室" in shown.text


def test_corrections_are_listed_with_what_came_of_them(story):
    ask = client(story.settings)
    page = ask.get("/audit/corrections", params={"campaign": "sums"})
    assert f'id="{NEW}"' in page.text
    assert "漏计一户" in page.text
    assert "待处理" in page.text
    assert "/gaoxin/sums/indicator/tax_growth" in page.text
    w = acting(story, "2024-05-07")
    correcting.decide_correction(w, NEW, "unaffected", "government", "只差尾数，不影响结论")
    assert "只差尾数" in ask.get("/audit/corrections", params={"campaign": "sums"}).text
    assert "只差尾数" not in ask.get("/audit/corrections", params={"campaign": "sums", "as_of": "2024-05-04"}).text


def test_versions_of_the_plan_are_told_with_what_they_changed(story):
    file = story.settings.plans / "sums" / "plan.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("name: tax_growth", "name: 税收增幅"), encoding="utf-8")
    registering.register_plan(story.settings, "sums", parse_as_of("2024-05-08"), by="office", reason="改名")
    ask = client(story.settings)
    page = ask.get("/audit/plans", params={"campaign": "sums"})
    assert "税收增幅" in page.text
    assert "改名" in page.text
    assert "税收增幅" not in ask.get("/audit/plans", params={"campaign": "sums", "as_of": "2024-05-04"}).text
    twice = ask.get("/sums/indicator/tax_growth", params={"as_of": "2024-05-04", "compare_to": "2024-05-09"})
    assert "方案第 2 版生效" in twice.text


def test_an_auditor_of_one_campaign_sees_that_one_alone(story, tmp_path):
    file = tmp_path / "accounts.yaml"
    file.write_text("schema: 1\naccounts:\n  - {airflow: hers, roles: [auditor], campaigns: [sums]}\n"
                    "  - {airflow: his, roles: [auditor], campaigns: [other]}\n"
                    "  - {airflow: clerk, roles: [unit], units: [science]}\n", encoding="utf-8")
    settings = story.settings.model_copy(update={"accounts": file})
    asked = [f"/audit{part}" for part in ("", "/ledger", "/corrections", "/plans")]
    assert [client(settings, "hers").get(p, params={"campaign": "sums"}).status_code for p in asked] == [200] * 4
    assert [client(settings, "his").get(p, params={"campaign": "sums"}).status_code for p in asked] == [403] * 4
    assert ["sums" in client(settings, who).get("/audit").text for who in ("hers", "his")] == [True, False]
    assert ["/gaoxin/sums/mine" in (seen := client(settings, who).get("/")).text + seen.headers.get("location", "")
            for who in ("hers", "his")] == [True, False]
    guarded = [client(settings, "guard").get(p, params={"campaign": "sums"}) for p in ("/audit/ledger", "/audit/plans")]
    for page in guarded:
        links = set(re.findall(r'href="/gaoxin(/[^"#]+)"', page.text))
        led = {link: client(settings, "guard").get(html.unescape(link)).status_code for link in links}
        assert {link: status for link, status in led.items() if status != 200} == {}
    for path in (*asked, "/sums/indicators", "/sums/indicator/tax_growth", f"/sums/cell/{NEW}"):
        assert client(settings, "clerk").get(path, params={"campaign": "sums"}).status_code == 403, path


def test_without_a_campaign_those_are_named_of_which_anything_is_recorded(story):
    shown = client(story.settings).get("/audit")
    assert "/gaoxin/audit?campaign=sums" in shown.text
    assert client(story.settings).get("/audit/ledger").status_code == 404
    assert client(story.settings).get("/audit/ledger", params={"campaign": "sums", "kind": "nonsense"}).status_code == 404
    assert client(story.settings).get("/audit/ledger", params={"campaign": "sums", "day": "monday"}).status_code == 400


def test_the_quality_of_the_periods_is_drawn_with_its_figures(story):
    found = quality_trends.quality_trends(story)
    (yearly,) = [t for t in found.trends if t.periodicity == "year"]
    assert [str(p.period) for p in yearly.points][-3:] == ["2021", "2022", "2023"]
    shown = client(story.settings).get("/audit/quality?campaign=sums")
    assert shown.status_code == 200
    rows = re.findall(r'<td class="num">(.*?)</td><td class="num">(.*?)</td><td class="num">(\d+)<', shown.text)
    told = [(*("—" if share is None else f"{round(share * 100, 1).normalize():f} %" for share in (p.completeness, p.timeliness)),
             str(p.warnings)) for t in found.trends for p in t.points]
    assert rows == told
    assert any(completeness == "100 %" for completeness, *_ in told)
    assert 3 <= shown.text.count('<svg class="chart"') <= 3 * len(found.trends), "completeness, timeliness, warnings"
