"""A criterion's kind is not a state: a table that names both must not show one as the other."""

from __future__ import annotations

from gaoxin.campaign.wording import known
from gaoxin.gates.criteria import JUDGEMENTS


def test_no_kind_of_criterion_reads_as_a_state_that_is_good_or_bad():
    assert len(JUDGEMENTS) > 5
    assert {kind: word for kind in JUDGEMENTS if (word := known(kind)) and word.mark} == {}
