"""The kinds of events: each declares what it carries, and is told from that."""

from __future__ import annotations

from datetime import date

import pytest

from gaoxin.ledger.kinds import EventKind, payload_of

DECIDED = {"phase": "launch", "verdict": "hold", "mode": "decision", "seal": "a" * 64, "digest": "b" * 64, "days_late": 0}


def test_what_happened_is_told_from_kind_and_payload():
    told = payload_of(EventKind.GATE_DECIDED, DECIDED)
    assert told.zh == "关口 launch（decision）：hold，逾期 0 天（封签 aaaaaaaaaaaa；bbbbbbbbbbbb）"
    assert told.en == "gate launch (decision): hold, 0 day(s) late (seal aaaaaaaaaaaa; bbbbbbbbbbbb)"


def test_an_event_is_told_alike_when_noted_and_when_read_back():
    noted = {"phase": "launch", "criterion": "c", "by": "office", "expires": date(2024, 3, 1)}
    assert payload_of(EventKind.WAIVER_RECORDED, noted) == payload_of(
        EventKind.WAIVER_RECORDED, noted | {"expires": "2024-03-01"}
    )
    computed = payload_of(EventKind.INDICATORS_COMPUTED, {"indicators": {"a": {"status": "met"}, "b": {}}})
    assert computed.zh == "计算指标：a、b"


def test_a_file_is_refused_before_or_after_it_was_kept():
    before = payload_of(EventKind.FILE_REFUSED, {"name": "x.xlsx", "size": 9, "problems": ["oversized"]})
    after = payload_of(EventKind.FILE_REFUSED, {"sha256": "c" * 64, "problems": ["unreadable"]})
    assert before.code != after.code


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_declares_its_fields(kind):
    with pytest.raises(TypeError):
        payload_of(kind, {"unknown": 1})


@pytest.mark.parametrize("payload", [
    {k: v for k, v in DECIDED.items() if k != "seal"}, DECIDED | {"more": 1}, DECIDED | {"days_late": "0"},
])
def test_a_missing_an_unknown_and_an_ill_typed_field_are_refused(payload):
    with pytest.raises(TypeError):
        payload_of(EventKind.GATE_DECIDED, payload)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="opened"):
        payload_of("opened", {})  # type: ignore[arg-type]  # what is wrong on purpose
