"""The chain: whatever is done to a ledger behind its back, verify says where it begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.ledger.chain import GENESIS, Head, LedgerEvent, event_hash, next_event, verify

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
PAYLOADS = st.dictionaries(st.text(), JSON, max_size=3)
MOMENT = datetime(2020, 6, 1, tzinfo=UTC)


def chain(payloads) -> tuple[list[LedgerEvent], Head]:
    head, events = Head(), []
    for i, payload in enumerate(payloads):
        event = next_event(head, "demo", "kind", MOMENT + timedelta(days=i), payload)
        events.append(event)
        head = Head(event.seq, event.hash)
    return events, head


@given(st.lists(PAYLOADS, max_size=6))
def test_an_untouched_ledger_is_intact(payloads):
    events, head = chain(payloads)
    found = verify(events, head)
    assert (found.intact, found.first_bad, found.events, found.head) == (True, None, len(payloads), head.hash)
    assert [e.seq for e in events] == list(range(1, len(payloads) + 1))


@given(st.lists(PAYLOADS, min_size=1, max_size=6), st.data())
def test_a_changed_event_is_found_where_it_stands(payloads, data):
    events, head = chain(payloads)
    at = data.draw(st.integers(0, len(events) - 1))
    change = data.draw(st.sampled_from([
        {"campaign": "other"}, {"kind": "other"}, {"at": MOMENT - timedelta(seconds=1)},
        {"payload": {"changed": str(events[at].payload)}}, {"hash": "f" * 64}, {"prev_hash": "f" * 64},
    ]))
    events[at] = replace(events[at], **change)
    found = verify(events, head)
    assert (found.intact, found.first_bad) == (False, at + 1)
    assert found.reason is not None


@given(st.lists(PAYLOADS, min_size=2, max_size=6), st.data())
def test_a_removed_event_is_found(payloads, data):
    events, head = chain(payloads)
    at = data.draw(st.integers(0, len(events) - 1))
    del events[at]
    assert verify(events, head).first_bad == at + 1


@given(st.lists(PAYLOADS, min_size=1, max_size=5), st.data())
def test_an_inserted_event_is_found_even_when_its_own_hash_is_right(payloads, data):
    events, head = chain(payloads)
    at = data.draw(st.integers(0, len(events) - 1))
    before = Head(events[at - 1].seq, events[at - 1].hash) if at else Head()
    forged = next_event(before, "demo", "forged", MOMENT, {"forged": True})
    found = verify([*events[:at], forged, *(replace(e, seq=e.seq + 1) for e in events[at:])], head)
    assert (found.intact, found.first_bad) == (False, at + 2)


@given(st.lists(PAYLOADS, min_size=2, max_size=6), st.data())
def test_a_rewritten_tail_is_found_by_the_head(payloads, data):
    """Somebody who recomputes every hash from a place on is found as long as the head was kept."""
    _, head = chain(payloads)
    at = data.draw(st.integers(0, len(payloads) - 1))
    forged, _ = chain([*payloads[:at], {"forged": str(payloads[at])}, *payloads[at + 1:]])
    found = verify(forged, head)
    assert (found.intact, found.first_bad) == (False, len(payloads))


@given(st.lists(PAYLOADS, min_size=1, max_size=6), st.data())
def test_a_cut_off_tail_is_found(payloads, data):
    events, head = chain(payloads)
    left = data.draw(st.integers(0, len(events) - 1))
    found = verify(events[:left], head)
    assert (found.intact, found.first_bad) == (False, left + 1)


def test_events_beyond_the_head_are_found():
    events, head = chain([{"a": 1}])
    more = next_event(head, "demo", "added", MOMENT, {})
    assert verify([*events, more], head).first_bad == 2


def test_an_empty_ledger_ends_at_genesis():
    assert verify([], Head()).head == GENESIS


def test_the_time_zone_in_which_a_moment_is_written_does_not_matter():
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=8)))
    assert event_hash(1, "c", "k", MOMENT, {}, GENESIS) == event_hash(1, "c", "k", elsewhere, {}, GENESIS)


def test_a_payload_is_kept_as_json_has_it():
    given: dict[Any, Any] = {1: (2, 3)}
    event = next_event(Head(), "demo", "kind", MOMENT, given)
    assert event.payload == {"1": [2, 3]}
    assert verify([event], Head(1, event.hash)).intact


@pytest.mark.parametrize("payload", [{"x": float("nan")}, {"x": float("inf")}, {"x": object()}])
def test_a_payload_that_json_has_not_is_refused(payload):
    with pytest.raises((ValueError, TypeError)):
        next_event(Head(), "demo", "kind", MOMENT, payload)


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        next_event(Head(), "demo", "kind", MOMENT.replace(tzinfo=None), {})


def test_what_was_entered_afterwards_is_counted_a_campaign_at_a_time():
    """An earlier time is no fault of the chain, but an auditor is told; other campaigns keep their own time."""
    from datetime import UTC, datetime

    days = [("a", 5), ("b", 1), ("a", 3), ("a", 6), ("b", 1)]
    events, head = [], Head()
    for campaign, day in days:
        event = next_event(head, campaign, "x", datetime(2024, 1, day, tzinfo=UTC), {})
        events.append(event)
        head = Head(event.seq, event.hash)
    found = verify(events, head)
    assert (found.intact, found.backdated) == (True, 1)
