"""A local folder as a source: files say by their cover what they are; what is half written, linked or another's is not taken."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from gaoxin.campaign import minding
from gaoxin.campaign.fetching import Fetches
from gaoxin.campaign.sourcing import sources
from gaoxin.campaign.workplace import open_workplace
from gaoxin.cli.layout import View
from gaoxin.cli.sources import FETCHED, SOURCES
from gaoxin.clock import parse_as_of
from gaoxin.sources.store import Listed
from gaoxin.sources.stores.local import Local
from tests.integration.sources.conftest import Sourced
from tests.integration.test_mapped_returns import OWN, table
from tests.pages import client

NAME = "demo__industry__committee__2024-02.csv"


@pytest.fixture
def share(sourced: Sourced, tmp_path: Path) -> Path:
    """The folder of the committee, on a share with one for each unit."""
    folder = tmp_path / "share" / "committee"
    folder.mkdir(parents=True)
    sourced.connect({"share": {"protocol": "file", "root": str(tmp_path / "share")}})
    sourced.declare(kind="folder", id="share", connection="share", path="{unit}", names="*.*", settle=30)
    return folder


def put(folder: Path, content: bytes, name: str = NAME, age: float = 60) -> Path:
    file = folder / name
    file.write_bytes(content)
    moment = file.stat().st_mtime - age
    os.utime(file, (moment, moment))
    return file


def test_a_file_is_taken_once_and_again_when_it_is_another(sourced: Sourced, share: Path, industry: Callable[..., bytes]) -> None:
    file = put(share, industry(10))
    put(share, industry(11), "demo__industry__committee__2024-03.csv")
    first = sourced.fetched("2024-03-05", check=True)
    (one,) = first.fetches
    assert (one.returns, first.checked) == (("demo__industry__committee__2024-02__v1",), {"accepted": 1})
    assert [left.why.code for left in one.left] == ["sources.other_return"]  # of a period that was not asked for
    assert file.exists()  # the folder is the unit's
    assert sourced.fetched("2024-03-06").fetches[0].state == "unchanged"
    os.utime(file)  # touched, and the same: no second return
    os.utime(file, (file.stat().st_mtime - 90,) * 2)
    assert sourced.fetched("2024-03-06").fetches[0].returns == ()
    put(share, industry(12), age=50)
    assert sourced.fetched("2024-03-07").fetches[0].returns == ("demo__industry__committee__2024-02__v2",)


def test_what_may_not_be_taken_stays_or_is_refused_with_its_reason(sourced: Sourced, share: Path, industry: Callable[..., bytes],
                                                                   tmp_path: Path) -> None:
    put(share, industry(10), age=0)  # still being written, as far as anybody knows
    outside = put(tmp_path, industry(10), "secret.csv")
    (share / "demo__industry__committee__2024-02.link.csv").symlink_to(outside)
    put(share, b"no cover at all", "notes.csv")
    put(share, industry(10), "demo__hnte_register__science__2024-Q1.csv")
    put(share, industry(11), "demo__industry__science__2024-02.csv")
    (one,) = sourced.fetched("2024-03-05").fetches
    assert {(left.name, left.why.code) for left in one.left} == {
        (NAME, "sources.young"), ("demo__industry__committee__2024-02.link.csv", "sources.link"),
        ("demo__hnte_register__science__2024-Q1.csv", "sources.other_return")}
    assert (one.state, one.returns, {left.name for left in one.refused}) == ("refused", (),
                                                                             {"notes.csv",
                                                                              "demo__industry__science__2024-02.csv"})
    assert "returns.unit_not_asked" in {left.why.code for left in one.refused}
    (line,) = sources(sourced.at("2024-03-05")).sources
    assert (line.state, line.name) == ("refused", "notes.csv")
    assert line.why
    console = Console(file=(out := io.StringIO()), width=250)
    for answer, layout in ((sources(sourced.at("2024-03-05")), SOURCES), (Fetches("demo", (one,)), FETCHED)):
        for part in layout:
            part(answer, View(console, "zh", sourced.at("2024-03-05").plan))
    assert out.getvalue().count("✗ 没有受理") == 2
    assert f"notes.csv: {line.why.zh}" in out.getvalue()
    assert sourced.fetched("2024-03-05", again=True).exit_status == 1
    with sourced.at("2024-03-05").warehouse.read() as store:
        came = store.sendings.of_unit("demo", "committee", sourced.at("2024-03-05").now)
    assert {(c.file, c.source) for c in came} == {("notes.csv", "folder"), ("demo__industry__science__2024-02.csv", "folder")}


def test_refused_files_are_listed_until_others_come_and_failures_since_the_first(
        sourced: Sourced, share: Path, industry: Callable[..., bytes]) -> None:
    def listed(as_of: str) -> dict[str | None, minding.Unfetched]:
        w = open_workplace(sourced.settings, "demo", parse_as_of(as_of))
        return {one.file: one for one in minding.waiting(w).unfetched}

    share.rmdir()
    for day in ("2024-03-02", "2024-03-03", "2024-03-04"):
        assert sourced.fetched(day).fetches[0].state == "failed"
    (failed,) = listed("2024-03-04").values()
    assert (f"{failed.since:%m-%d}", f"{failed.asked_at:%m-%d}") == ("03-02", "03-04")
    assert listed("2024-03-02")[None].since == listed("2024-03-02")[None].asked_at, "as it was known then"
    share.mkdir()
    assert sourced.fetched("2024-03-05").fetches[0].state == "nothing"
    assert listed("2024-03-05") == {}
    share.rmdir()
    sourced.fetched("2024-03-06")
    assert f"{listed('2024-03-06')[None].since:%m-%d}" == "03-06", "since the last time that it could be asked"
    share.mkdir()
    put(share, b"no cover at all", "notes.csv")
    put(share, industry(11), "demo__industry__science__2024-02.csv")
    for day in ("2024-03-07", "2024-03-08"):  # on the next day the same bytes are not taken again
        sourced.fetched(day)
        found = listed(day)
        assert found.keys() == {"notes.csv", "demo__industry__science__2024-02.csv"}
        assert all(one.why and not one.drifted and f"{one.since:%m-%d}" == "03-07" for one in found.values())
        why = found["demo__industry__science__2024-02.csv"].why
        assert why
        assert why.code == "returns.unit_not_asked"
    wall = client(sourced.settings, "admin").get("/demo").text
    assert "notes.csv" in wall
    assert "2024-03-07" in wall
    put(share, industry(10))
    sourced.fetched("2024-03-09", check=True)
    assert listed("2024-03-09") == {}, "accepted: nothing is owed"


def test_a_file_that_changes_while_it_is_read_waits(sourced: Sourced, share: Path, industry: Callable[..., bytes],
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    file, listed = put(share, industry(10)), Local.listed

    def grows(store: Local, path: str) -> list[Listed]:
        found = listed(store, path)
        with file.open("ab") as out:
            out.write(b"more")
        return found

    monkeypatch.setattr(Local, "listed", grows)
    (one,) = sourced.fetched("2024-03-05").fetches
    monkeypatch.undo()
    assert (one.state, [left.why.code for left in one.left]) == ("waits", ["sources.changed"])
    os.utime(file, (file.stat().st_mtime - 60,) * 2)
    assert sourced.fetched("2024-03-05").fetches[0].state == "fetched"


def test_a_way_out_of_the_root_is_no_way(sourced: Sourced, share: Path, tmp_path: Path, industry: Callable[..., bytes]) -> None:
    put(tmp_path, industry(10))
    share.rmdir()
    share.symlink_to(tmp_path)
    (one,) = sourced.fetched("2024-03-05").fetches
    assert (one.state, one.why and one.why.code) == ("failed", "sources.no_folder")
    sourced.declare(kind="folder", id="share", connection="share", path="../{unit}")
    (one,) = sourced.fetched("2024-03-05").fetches
    assert (one.state, one.why and one.why.code) == ("failed", "sources.outside")


def test_a_table_without_a_cover_is_read_by_its_mapping_or_waits_until_that_is_mended(sourced: Sourced, share: Path) -> None:
    mapping = sourced.plans / "demo" / "mappings" / "own.yaml"
    mapping.parent.mkdir()
    mapping.write_text(OWN, encoding="utf-8")
    sourced.declare(kind="folder", id="share", connection="share", path="{unit}")
    put(share, table(heading="去年同期"), "月报.xlsx", age=90)
    (one,) = sourced.fetched("2024-03-05").fetches
    assert (one.state, [(left.name, left.why.code) for left in one.left]) == ("waits", [("月报.xlsx", "mapping.drifted")])
    (waits,) = minding.waiting(sourced.at("2024-03-05")).unfetched
    assert (waits.unit, waits.file, waits.drifted) == ("committee", "月报.xlsx", True)
    assert waits.why is not None
    assert "去年同期" in waits.why.zh
    mapping.write_text(OWN.replace("上年同期", "去年同期"), encoding="utf-8")
    sourced.declare(kind="folder", id="share", connection="share", path="{unit}")
    found = sourced.fetched("2024-03-06", check=True)
    assert (found.returns, found.checked) == (("demo__industry__committee__2024-02__v1",), {"accepted": 1})
    assert minding.waiting(sourced.at("2024-03-07")).unfetched == []
