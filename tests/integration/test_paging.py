"""Long answers come in pages: nothing is left out without a word, and the pages together are the whole."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from gaoxin.campaign.intake import submit_files
from gaoxin.cli import main
from gaoxin.clock import parse_as_of
from tests.conftest import PLANS


@pytest.fixture
def asked(settings, demo_workplace, industry, tmp_path, monkeypatch, database, capsys) -> Callable[..., dict]:
    """asked("gate", …): the JSON answer, of an installation with three returns."""
    for period, day in (("2024-02", "03-05"), ("2024-03", "04-08"), ("2024-04", "05-08")):
        file = tmp_path / f"demo__industry__committee__{period}.csv"
        file.write_bytes(industry(10.0 + int(period[-1])))
        submit_files(settings, [file], parse_as_of(f"2024-{day}"))
    for name, value in {"HOME": tmp_path, "DATABASE_URL": database, "PLANS": PLANS, "LANG": "en"}.items():
        monkeypatch.setenv(f"GAOXIN_{name}", str(value))

    def ask(*words: str, text: bool = False) -> dict:
        capsys.readouterr()
        assert main.run([*words, *([] if text else ["--json"])]) in (0, 1)
        out = capsys.readouterr().out
        return {"text": out} if text else json.loads(out)

    return ask


def pages(asked: Callable[..., dict], *words: str) -> list[dict]:
    found = [asked(*words)]
    while found[-1]["next"] is not None:
        found.append(asked(*words, "--after", str(found[-1]["next"])))
    return found


@pytest.mark.parametrize(("words", "listed"), [
    (("returns", "status", "demo", "--as-of", "2024-06-20"), "rows"), (("ledger", "list"), "events"),
    (("trace", "demo", "hnte", "--as-of", "2024-06-20"), "inputs"),
    (("trace", "demo", "value_added_rate", "--as-of", "2024-06-20"), "inputs"),
    (("ledger", "list", "--campaign", "demo"), "events"),
])
def test_pages_together_are_the_whole(asked, words, listed):
    whole = asked(*words)
    assert whole["next"] is None
    found = pages(asked, *words, "--limit", "2")
    assert [item for page in found for item in page[listed]] == whole[listed]
    assert all(len(page[listed]) <= 2 for page in found)
    assert {page["total"] for page in found} == {whole["total"]}
    same = set(whole) - {listed, "next"}
    assert all(page[name] == whole[name] for page in found for name in same), "what is no list is told of the whole"


def test_a_gate_is_judged_as_a_whole_and_told_in_pages(asked):
    words = ("gate", "demo", "collection", "--as-of", "2024-06-20")
    whole, found = asked(*words), pages(asked, *words, "--limit", "2")
    assert len(found) > 1
    for name in ("evidence", "shortfalls"):
        for number, criterion in enumerate(whole["criteria"]):
            assert [x for page in found for x in page["criteria"][number][name]] == criterion[name]
    assert {page["verdict"] for page in found} == {whole["verdict"]}
    assert {page["seal"] for page in found} == {whole["seal"]}


def test_people_are_told_that_a_list_goes_on(asked):
    for words in (("returns", "status", "demo"), ("gate", "demo", "collection"), ("ledger", "list"),
                  ("trace", "demo", "value_added_rate")):
        assert "--after" not in asked(*words, text=True)["text"]
        assert "--after 1" in asked(*words, "--limit", "1", text=True)["text"], words


def test_a_page_of_nothing_is_wrong_use(asked, capsys):
    assert main.run(["returns", "status", "demo", "--limit", "0"]) == 2
