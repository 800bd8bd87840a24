"""Which attempt comes next."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaoxin.blueprint.attempts import RunState, Seen, attempt_id, next_attempt, state_of, wait_after
from gaoxin.clock import ZONE

NOW = datetime(2024, 3, 5, 10, tzinfo=ZONE)


@pytest.mark.parametrize(("seen", "state"), [
    (Seen(), RunState.ABSENT), (Seen("queued"), RunState.GOING), (Seen("running", ("report",)), RunState.GOING),
    (Seen("success"), RunState.DONE), (Seen("failed", ("report",)), RunState.FAILED), (Seen("failed"), RunState.FAILED),
    (Seen("failed", ("hold",)), RunState.DONE), (Seen("failed", ("hold", "release")), RunState.FAILED),
])
def test_a_run_that_fails_on_purpose_has_done_its_work(seen, state):
    assert state_of(seen, {"hold"}) is state


def test_a_state_that_is_not_known_is_no_run_that_goes_on():
    with pytest.raises(ValueError, match="no state of a run"):
        state_of(Seen("DagRunState.FAILED"), ())


def test_the_first_attempt_has_the_id_that_the_same_facts_give_again():
    assert [attempt_id("due__2024", n) for n in (1, 2, 3)] == ["due__2024", "due__2024__2", "due__2024__3"]


def test_what_was_never_started_starts_and_what_goes_on_is_let_go_on():
    assert next_attempt(1, RunState.ABSENT, NOW, NOW, still_owed=True) == 1
    assert next_attempt(4, RunState.ABSENT, NOW, NOW, still_owed=True) == 4
    assert next_attempt(1, RunState.GOING, NOW - timedelta(days=9), NOW, still_owed=True) is None
    assert next_attempt(1, RunState.DONE, NOW, NOW, still_owed=False) is None
    assert next_attempt(1, RunState.DONE, NOW, NOW, still_owed=True) == 2


@given(st.integers(1, 400), st.sampled_from([RunState.FAILED, RunState.DONE]))
def test_what_failed_is_tried_again_within_a_day_and_never_sooner_than_it_may(last, state):
    """However often it failed: it is never given up, and never tried more than ten times on a day."""
    wait = wait_after(last)
    assert wait <= timedelta(days=1)
    assert wait >= wait_after(max(1, last - 1))
    assert next_attempt(last, state, NOW, NOW + wait, still_owed=True) == last + 1
    if wait:
        assert next_attempt(last, state, NOW, NOW + wait - timedelta(seconds=1), still_owed=True) is None


def test_on_no_day_more_than_a_handful():
    ends = NOW
    tried = 1
    while ends + wait_after(tried) < NOW + timedelta(days=1):
        ends += wait_after(tried)
        tried += 1
    assert 4 <= tried <= 7
