"""Rungs of one day, what climbs before its unit was told, and rules that never hold."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.planning.check.checked_plans import checked

CODES = {"rungs_of_one_day", "climbs_too_early", "climbs_untold", "ladder_rule_never", "cards_out_of_order", "cards_alike",
         "card_tells_nobody", "more_than_the_cap"}


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


def card(id: str, form: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "name": id, "form": form, "choice": "cadence", **more}


@pytest.mark.parametrize(("cards", "codes"), [
    ([card("b", "blue", overdue=1), card("r", "red", overdue=3), card("y", "yellow_card", overdue=1)], []),
    ([card("b", "blue", overdue=3), card("r", "red", overdue=3)], [("cards_out_of_order", "cards.r")]),
    ([card("r", "red", below=80), card("o", "orange", below=60)], [("cards_out_of_order", "cards.r")]),
    ([card("r", "red", below=80, indicators=["hnte"]), card("o", "orange", below=60, indicators=["gross_output"])], []),
    ([card("a", "blue", times=2), card("b", "blue", times=2)], [("cards_alike", "cards.b")]),
    ([card("a", "blue", times=2, to=[])], [("card_tells_nobody", "cards.a")]),
])
def test_cards_out_of_order_are_named(cards, codes):
    def edit(data: dict[str, Any]) -> None:
        data["cards"] = cards

    assert [(f.code, f.subject) for f in checked(edit) if f.code in CODES] == codes


def test_more_items_than_the_cap_are_named():
    def edit(data: dict[str, Any]) -> None:
        data["burden"] = {"most_items": 10}

    assert [(f.code, f.subject) for f in checked(edit) if f.code in CODES] == [("more_than_the_cap", "units.committee")]
