"""A file is parsed once from its arrival to its verdict and its facts, however often and by whichever process it is looked at."""

from __future__ import annotations

from gaoxin.campaign import flows, intake
from tests.containers import files_parsed
from tests.integration.test_inbox_by_unit import FEBRUARY, dropped
from tests.integration.test_mapped_returns import dropped as own_dropped
from tests.integration.test_mapped_returns import own, table, work  # noqa: F401 - a fixture
from tests.integration.test_people import at


def test_from_the_inbox_to_the_facts(settings, industry, monkeypatch):
    parsed = files_parsed(monkeypatch)
    dropped(settings, f"committee/{FEBRUARY}", industry(10.0))
    dropped(settings, "committee/无封面.csv", b"a,b\n1,2\n")
    for _ in range(2):
        flows.survey(at(settings), flows.Asked())  # looks for what is no return, for what waits, and for whom it would start
    assert sorted(parsed) == [FEBRUARY, "无封面.csv"]
    assert intake.pull(at(settings)) == ["demo__industry__committee__2024-02__v1"]
    assert [str(c.verdict) for c in intake.check_pending(at(settings))] == ["accepted"]
    assert intake.load_accepted(at(settings)) == 5
    assert sorted(parsed) == [FEBRUARY, "无封面.csv"]


def test_a_file_that_waits_for_its_mapping_is_not_parsed_at_each_look(own, monkeypatch):  # noqa: F811
    settings, parsed = own(), files_parsed(monkeypatch)
    own_dropped(settings, table(heading="去年同期"))
    for _ in range(3):
        assert "经济月报.xlsx" in flows.survey(work(settings), flows.Asked())["note"]
    assert parsed == ["经济月报.xlsx"]
