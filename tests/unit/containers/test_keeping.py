"""What was read of a file is kept: parsed once, and told as parsing tells it."""

from __future__ import annotations

import os
import time

import pytest

from gaoxin.containers import apart, keeping, refusing
from gaoxin.containers.keeping import DAYS, Kept
from gaoxin.containers.model import Book
from tests import containers
from tests.containers import Cell, Page, files_parsed

PAGES = {"数据": Page([["甲", "乙"], [Cell(0.305, "0.0%"), Cell(formula="A2*2")], [Cell(1, down=2), "文"]],
                    hidden_rows=frozenset({3}))}


@pytest.fixture
def parsed(monkeypatch) -> list[str]:
    """The names of the files that were parsed."""
    return files_parsed(monkeypatch)


def one_entry(kept: Kept):
    (entry,) = kept.folder.glob("*/*")
    return entry


def test_it_is_parsed_once_and_told_alike(tmp_path, parsed):
    content = containers.xlsx(PAGES)
    told = [Kept(tmp_path).open_book(content, name) for name in ("a.xlsx", "b.XLSX")]
    assert parsed == ["a.xlsx"]
    assert told == [apart.open_book(content, "a.xlsx")] * 2
    assert os.stat(one_entry(Kept(tmp_path))).st_mode & 0o077 == 0


def test_what_cannot_be_opened_is_kept_with_its_reason(tmp_path, parsed):
    told = [Kept(tmp_path).open_book(b"PK\x03\x04 cut off", "a.xlsx") for _ in range(2)]
    assert (parsed, [p.kind for p in told[1].problems]) == (["a.xlsx"], ["not_a_workbook"])
    assert told[0] == told[1]


def test_other_bytes_another_kind_of_name_and_another_program_are_parsed_anew(tmp_path, parsed, monkeypatch):
    kept = Kept(tmp_path)
    csv, tsv = kept.open_book(b"a,b\n1,2\n", "a.csv"), kept.open_book(b"a,b\n1,3\n", "a.csv")
    assert csv != tsv
    kept.open_book(b"a,b\n1,2\n", "a.json")
    monkeypatch.setattr(keeping, "_code", lambda: "another")
    kept.open_book(b"a,b\n1,2\n", "a.csv")
    assert parsed == ["a.csv", "a.csv", "a.json", "a.csv"]


@pytest.mark.parametrize("harm", [lambda b: b[:-4], lambda _: b"", lambda b: b[:20] + bytes([b[20] ^ 1]) + b[21:]])
def test_a_damaged_entry_is_never_taken(tmp_path, parsed, harm):
    kept, content = Kept(tmp_path), containers.xlsx(PAGES)
    first = kept.open_book(content, "a.xlsx")
    entry = one_entry(kept)
    entry.write_bytes(harm(entry.read_bytes()))
    assert kept.open_book(content, "a.xlsx") == first == kept.open_book(content, "a.xlsx")
    assert parsed == ["a.xlsx"] * 2


def test_an_entry_for_other_bytes_is_never_taken(tmp_path, parsed):
    kept, (mine, other) = Kept(tmp_path), (containers.text(p, "utf-8") for p in (PAGES, {"数据": Page([["另"]])}))
    kept.open_book(other, "a.csv")
    forged = one_entry(kept).read_bytes()
    book = kept.open_book(mine, "a.csv")
    (entry,) = {*kept.folder.glob("*/*")} - {e for e in kept.folder.glob("*/*") if e.read_bytes() == forged}
    entry.write_bytes(forged)
    assert kept.open_book(mine, "a.csv") == book


def test_what_came_to_no_end_is_read_again(tmp_path, parsed, monkeypatch):
    def too_long(*_):
        raise refusing.Unreadable("oversized", refusing.TOO_MUCH_TO_READ())

    monkeypatch.setattr(apart.READER, "_asked", too_long)
    assert [p.kind for p in Kept(tmp_path).open_book(b"a,b\n1,2\n", "a.csv").problems] == ["oversized"]
    monkeypatch.undo()
    assert isinstance(Kept(tmp_path).open_book(b"a,b\n1,2\n", "a.csv"), Book)
    assert not Kept(tmp_path).open_book(b"a,b\n1,2\n", "a.csv").problems


def test_where_nothing_can_be_kept_it_is_parsed_each_time(tmp_path, parsed):
    (tmp_path / "file").write_text("no folder")
    told = [Kept(tmp_path / "file").open_book(b"a,b\n1,2\n", "a.csv") for _ in range(2)]
    assert (told[0], len(parsed)) == (told[1], 2)


def test_what_nobody_asks_for_is_deleted(tmp_path):
    kept = Kept(tmp_path)
    for content in (b"a,b\n1,2\n", b"a,b\n1,3\n"):
        kept.open_book(content, "a.csv")
    old, _ = sorted(kept.folder.glob("*/*"))
    before = time.time() - (DAYS + 1) * 86400
    os.utime(old, (before, before))
    assert (kept.tidy(), old.exists(), len([*kept.folder.glob("*/*")])) == (1, False, 1)
