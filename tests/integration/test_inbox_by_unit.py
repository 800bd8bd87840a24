"""The inbox goes by unit: what lies in a unit's folder is that unit's, whoever's it is says the file system, and nothing is
followed out of it."""

from __future__ import annotations

import io
import os
import pwd
import stat
from pathlib import Path

import pytest
from rich.console import Console

from gaoxin.campaign import flows, intake
from gaoxin.campaign.auditing import entries, in_names
from gaoxin.campaign.registering import register_plan
from gaoxin.cli.layout import View
from gaoxin.cli.office import PULLED
from gaoxin.cli.output import tell
from gaoxin.clock import parse_as_of
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.ledger.kinds import EventKind
from gaoxin.settings import Settings
from tests.integration.test_people import DAEMON, ME, NOBODY, as_root, at, events, with_accounts  # noqa: F401 - a fixture

FEBRUARY = "demo__industry__committee__2024-02.csv"


def dropped(settings: Settings, place: str, content: bytes, owner: str = ME) -> Path:
    file = settings.inbox / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    if owner != ME:
        os.chown(file, pwd.getpwnam(owner).pw_uid, -1)
    return file


@pytest.mark.parametrize("folder", ["committee", "园区管委会", "committee/二月"])
def test_a_units_folder_is_that_units(settings, industry, folder):
    dropped(settings, f"{folder}/{FEBRUARY}", industry(10.0))
    assert intake.take_in(at(settings), None, check=True).facts == 5
    (received,) = events(settings, EventKind.RETURN_RECEIVED)
    assert [received.actor[key] for key in ("account", "way", "unit")] == [ME, "inbox", "committee"]


def test_a_cover_that_names_another_unit_is_refused_and_is_no_version_of_its_return(settings, industry):
    dropped(settings, f"science/{FEBRUARY}", industry(99.0))
    w = at(settings)
    assert "收件箱" not in flows.survey(w, flows.Asked())["note"]  # refused within the hour, before any statistics
    refused = settings.inbox / "refused/science" / FEBRUARY
    assert refused.read_bytes() == industry(99.0)
    reason = refused.with_name(FEBRUARY + ".txt").read_text(encoding="utf-8")
    assert "science" in reason
    assert "园区管委会" in reason
    (event,) = events(settings, EventKind.FILE_REFUSED)
    assert (event.payload["problems"], event.actor["way"], event.actor["unit"]) == (["other_unit"], "inbox", "science")
    with w.warehouse.read() as store:
        words = [in_names(w.plan, one, "zh") for one in entries(w, store, store.ledger.events(None))]
    assert any("来自 收件箱" in said for said in words)
    (said,) = [said for said in words if "文件不收" in said]
    assert said.endswith("封面是另一单位")
    with w.warehouse.read() as store:
        assert store.returns.all("demo") == []


def test_a_linked_folder_or_file_is_not_followed(settings, industry, tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / FEBRUARY).write_bytes(industry(99.0))
    settings.inbox.mkdir()
    (settings.inbox / "committee").symlink_to(tmp_path / "theirs")
    (settings.inbox / "science").mkdir()
    (settings.inbox / "science" / FEBRUARY).symlink_to(tmp_path / "theirs" / FEBRUARY)
    os.mkfifo(settings.inbox / "science" / "pipe.csv")
    for name in ("~$季报.xlsx", ".~lock.季报.xlsx#", "._季报.xlsx"):
        (settings.inbox / "science" / name).write_bytes(b"lock")
    told = intake.take_in(at(settings), None, check=True)
    assert (told.returns, told.no_files) == ([], ("committee", f"science/{FEBRUARY}", "science/pipe.csv",
                                                 "science/~$季报.xlsx"))
    note = flows.survey(at(settings), flows.Asked())["note"]
    assert all(one in note for one in told.no_files)
    assert (tmp_path / "theirs" / FEBRUARY).exists()


def test_signs_in_a_files_name_that_nobody_sees_break_no_line_anywhere(settings, industry, capsys):
    """A line break that writes a line of its own, a sign that turns the direction of writing."""
    good, bad = FEBRUARY.replace(".csv", "\u202e.csv"), "报表\n- 已接受\u2028\x1b[2J.csv"
    dropped(settings, f"committee/{good}", industry(10.0))
    dropped(settings, f"committee/{bad}", b"1")
    dropped(settings, "甲\n乙/x.csv", b"1")
    (settings.inbox / "committee" / "链\n接.csv").symlink_to(settings.inbox / "committee" / bad)
    pulled = intake.take_in(at(settings), None, check=True)
    (turned,), (strange,), (link,) = pulled.refused, pulled.strange_folders, pulled.no_files
    assert (turned.file, strange, link) == (
        "committee/报表\\n- 已接受\\u2028\\x1b[2J.csv", "甲\\n乙", "committee/链\\n接.csv")
    w = at(settings)
    with w.warehouse.read() as store:
        (taken,) = store.returns.all("demo")
    assert taken.file == FEBRUARY
    assert {e.payload["name"] for e in events(settings, EventKind.FILE_LANDED)} == {FEBRUARY, "报表 - 已接受 [2J.csv"}
    reason = (settings.inbox / "refused/committee" / f"{bad}.txt").read_text(encoding="utf-8")
    assert "未受理 / not taken: 报表\\n- 已接受\\u2028\\x1b[2J.csv\n" in reason
    (named,) = intake.check_files(settings, [dropped(settings, f"other/{bad}", b"1")], parse_as_of("2024-03-05"))
    assert named.file.endswith("other/报表\\n- 已接受\\u2028\\x1b[2J.csv")
    tell(UsageError(Text("x", "x"), where="报表\n处理.csv", todo=Text("y", "y")), "zh")
    assert capsys.readouterr().err == "错误: x\n  位置: 报表\\n处理.csv\n  处理: y\n"


def test_a_pull_names_what_it_took_what_was_sent_back_and_why_and_what_waits(settings, industry, demo_workplace):
    demo_workplace("2024-03-05")
    dropped(settings, f"committee/{FEBRUARY}", industry(10.0, heavy_output=7))
    late = dropped(settings, "committee/demo__industry__committee__2024-01.csv", industry(9.0))
    with late.open("ab"):
        found = intake.take_in(at(settings), None, check=True)
    assert found.growing == ("committee/demo__industry__committee__2024-01.csv",)
    assert found.files == {"demo__industry__committee__2024-02__v1": f"committee/{FEBRUARY}"}
    (back,) = found.rejected or ()
    assert (back.return_id, back.file, back.errors > 0, len(back.findings) > 0) == (*found.returns, FEBRUARY, True, True)
    console = Console(file=(out := io.StringIO()), width=200)
    for part in PULLED:
        part(found, View(console, "zh", at(settings).plan))
    told = out.getvalue()
    for words in (f"__v1 ← committee/{FEBRUARY}", f"退回 {FEBRUARY}：", back.findings[0].beside.zh[:12], "report quality demo",
                  "仍在写入，写完后再收：committee/demo__industry__committee__2024-01.csv"):
        assert words in told, (words, told)


@pytest.mark.parametrize(("inbox", "folder", "file"), [("var/inbox", 0o700, 0o600), ("inbox", 0o770, 0o640)])
def test_what_was_dealt_with_in_var_is_the_owners_alone(settings, industry, tmp_path, inbox, folder, file):
    settings = settings.model_copy(update={"inbox_": tmp_path / inbox})
    for place, content in ((f"committee/{FEBRUARY}", industry(10.0)), ("committee/x.csv", b"1")):
        dropped(settings, place, content).chmod(0o640)
    settings.inbox.chmod(0o770)
    intake.take_in(at(settings), None, check=False)
    found = [p for done in ("taken", "refused") for p in (settings.inbox / done, *(settings.inbox / done).rglob("*"))]
    assert len(found) == 7
    assert {(p.is_dir(), stat.S_IMODE(p.stat().st_mode)) for p in found} == {(True, folder), (False, file)}


def test_each_unit_has_its_folder_from_the_plans_first_day_on(settings):
    named = settings.inbox / "区科技局"
    register_plan(settings, "demo", parse_as_of("2024-01-01"), by="first act")
    assert sorted(f.name for f in settings.inbox.iterdir()) == ["committee", "science"]
    (settings.inbox / "science").rename(named)  # by a name that people know
    intake.pull(at(settings))
    assert sorted(f.name for f in settings.inbox.iterdir()) == ["committee", named.name]
    named.rmdir()
    settings.inbox.chmod(0o500)
    intake.pull(at(settings))  # what may not be made stops nothing


def test_a_folder_of_no_unit_is_named_and_its_files_stay(settings, industry):
    file = dropped(settings, f"别处/{FEBRUARY}", industry(10.0))
    told = intake.take_in(at(settings), None, check=True)
    assert (told.returns, told.strange_folders) == ([], ("别处",))
    assert file.exists()
    assert "别处" in flows.survey(at(settings), flows.Asked())["note"]
    assert events(settings, EventKind.RETURN_RECEIVED) == []


@as_root
def test_with_a_file_the_owner_counts(with_accounts, industry):  # noqa: F811
    settings = with_accounts(f"account: {ME}, roles: [system]", "account: daemon, roles: [unit], units: [committee]",
                             "account: nobody, roles: [unit], units: [science]", "account: games, roles: [office]")
    cases = {"committee/a": ("daemon", True), "committee/b": ("nobody", None), "committee/c": ("games", True),
             "committee/d": ("bin", False), "e": ("daemon", True), "f": ("nobody", None), "g": ("bin", None)}
    for number, (place, (owner, _)) in enumerate(cases.items()):
        dropped(settings, f"{place}/{FEBRUARY}" if "/" in place else f"{place}__x.csv", industry(10.0 + number), owner)
        file = settings.inbox / (f"{place}/{FEBRUARY}" if "/" in place else f"{place}__x.csv")
        if "/" not in place:
            file.rename(settings.inbox / FEBRUARY)
        intake.take_in(at(settings), None, check=True)
    received = [(e.actor["account"], e.actor["role"], e.actor["authenticated"])
                for e in events(settings, EventKind.RETURN_RECEIVED)]
    assert received == [("daemon", "unit", True), ("games", "office", True), ("bin", None, False), ("daemon", "unit", True)]
    refused = [(e.actor["account"], e.payload["problems"]) for e in events(settings, EventKind.FILE_REFUSED)]
    assert refused == [("nobody", ["not_yours"]), ("nobody", ["not_yours"]), ("bin", ["not_yours"])]
