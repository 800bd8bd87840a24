"""Records held by columns are the records that they were made of, and what is asked of them is what their own keys say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.containers import packed
from gaoxin.periods import Period
from gaoxin.quality.history import key_of
from gaoxin.quality.known import Claimed, Entities
from gaoxin.returns.held import Registers
from gaoxin.returns.model import RegisterFact
from gaoxin.warehouse import values

UNITS = ("committee", "science", "third")
TEXT = st.sampled_from([None, "", "甲", "（甲）", "91a", "91A", "2020-01-01", "\ud800", "a\nb"])
VALUES = st.dictionaries(st.sampled_from(["code", "name", "day"]), TEXT)
RECORDS = st.lists(st.tuples(st.sampled_from(UNITS), VALUES), max_size=25)


def facts(found: list[tuple[str, Mapping[str, str | None]]]) -> list[RegisterFact]:
    """As the warehouse tells them: unit by unit."""
    return [RegisterFact("demo", "list", unit, Period.parse("2024-Q1"), row, dict(said), {name: f"A{row}" for name in said},
                         "数据", datetime(2024, 4, 1, tzinfo=UTC), f"demo__{unit}", 1, "0" * 64)
            for row, (unit, said) in enumerate(sorted(found, key=lambda one: UNITS.index(one[0])), 3)]


def by_columns(records: list[RegisterFact], piece: int) -> Registers:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed, "PIECE", piece)
        return Registers.of(records)


@given(found=RECORDS, piece=st.sampled_from([10, 40, packed.PIECE]), data=st.data())
def test_they_are_the_records_that_they_were_made_of(found: Any, piece: int, data: st.DataObject):
    records = facts(found)
    held = by_columns(records, piece)
    assert [*held] == records == [held[place] for place in range(len(held))]
    assert len(held) == len(records)
    assert [one.unit for one in held.held] == [*dict.fromkeys(fact.unit for fact in records)]
    place = data.draw(st.integers(-30, 30))
    assert held[place:] == records[place:]
    for one in held.held:
        assert [*one.texts("name")] == [fact.values.get("name") for fact in records if fact.unit == one.unit]


@given(found=RECORDS, piece=st.sampled_from([10, packed.PIECE]), fields=st.sampled_from([("code",), ("code", "name"), ()]))
def test_an_entity_is_found_by_what_identifies_it(found: Any, piece: int, fields: tuple[str, ...]):
    records = facts(found)
    wanted: dict[str, dict[Any, Any]] = defaultdict(dict)
    claimed: dict[Any, set[str]] = defaultdict(set)
    for fact in records:
        if key := key_of(fact, fields):
            wanted[fact.unit][key] = fact.values
            claimed[key].add(fact.unit)
    held = {unit: Entities([one for one in by_columns(records, piece).held if one.unit == unit], fields) for unit in UNITS}
    for unit, entities in held.items():
        assert (dict(entities), len(entities)) == (wanted[unit], len(wanted[unit]))
        of = entities.texts("day")
        assert [of(key) for key in [*claimed, None]] == [wanted[unit].get(key, {}).get("day") for key in [*claimed, None]]
        assert [key in entities for key in claimed] == [key in wanted[unit] for key in claimed]
    everybody = Claimed(held)
    assert dict(everybody) == {key: tuple(sorted(units)) for key, units in claimed.items()}
    assert everybody.get(("no such",), ()) == ()


@given(texts=st.lists(st.text(st.characters(exclude_characters="\n"), max_size=8), max_size=40), at_once=st.integers(1, 9))
def test_very_many_texts_are_put_in_the_order_of_few(texts: list[str], at_once: int):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(values, "_AT_ONCE", at_once)
        patch.setattr(values, "_BLOCK", 5)
        assert [*values._in_order(texts)] == sorted(texts)
