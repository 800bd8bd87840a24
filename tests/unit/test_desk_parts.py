"""Parts of a desk that need no database: what a file's name is kept as, working days."""

from __future__ import annotations

from datetime import date

import pytest

from gaoxin.plan.calendar import PUBLISHED
from gaoxin.unseen import kept_name


@pytest.mark.parametrize(("given", "kept"), [
    ("二月报表.xlsx", "二月报表.xlsx"),
    ("C:\\Users\\zhang\\二月.xlsx", "二月.xlsx"),
    ("../../etc/passwd", "passwd"),
    ("a\x00b\nc.csv", "ab c.csv"),
    ("\u202exslx.exe", "xslx.exe"),
    ("\ud800坏.xlsx", "坏.xlsx"),
    ("", "未命名"), ("/", "未命名"), ("..", "未命名"),
    ("长" * 400 + ".xlsx", "长" * 175 + ".xlsx"),
])
def test_a_name_is_kept_without_folders_and_signs_that_nobody_sees(given, kept):
    assert kept_name(given) == kept
    kept_name(given).encode()


@pytest.mark.parametrize(("day", "due", "left"), [
    (date(2024, 3, 5), date(2024, 3, 5), 0), (date(2024, 3, 8), date(2024, 3, 11), 1), (date(2024, 3, 11), date(2024, 3, 8), -1),
    (date(2024, 4, 3), date(2024, 4, 8), 2),  # 4-6 April off, Sunday the 7th is worked
    (date(2024, 3, 9), date(2024, 3, 10), 0),
])
def test_working_days_are_counted_to_the_due_day(day, due, left):
    assert PUBLISHED.workdays_until(day, due) == left
