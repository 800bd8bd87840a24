"""Rungs of one day, what climbs before its unit was told, and rules that never hold."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.planning.check.checked_plans import checked

CODES = {"rungs_of_one_day", "climbs_too_early", "climbs_untold", "ladder_rule_never"}


def found(**ladder: Any) -> list[tuple[str, str]]:
    def edit(data: dict[str, Any]) -> None:
        data["reminders"] = ladder

    return [(f.code, f.subject) for f in checked(edit) if f.code in CODES]


@pytest.mark.parametrize(("ladder", "codes"), [
    ({}, []),
    ({"before": [7, 3, 7]}, [("rungs_of_one_day", "reminders")]),
    ({"overdue": [1, 1]}, [("rungs_of_one_day", "reminders")]),
    ({"supervision_after": 10, "leading_group_after": 10}, [("climbs_too_early", "reminders")]),
    ({"overdue": [6]}, [("climbs_untold", "reminders")]),
    ({"overdue": []}, [("climbs_untold", "reminders")]),
    ({"rules": [{"kinds": ["task"], "leading_group_after": 3}]}, [("climbs_too_early", "reminders.rules.1")]),
    ({"rules": [{"kinds": ["task", "return"], "before": [5]}, {"kinds": ["task"], "before": [2]}]},
     [("ladder_rule_never", "reminders.rules.2")]),
    ({"rules": [{"kinds": ["task"], "before": [5]}, {"before": [2]}]}, []),
])
def test_nonsense_is_named(ladder, codes):
    assert found(**ladder) == codes
