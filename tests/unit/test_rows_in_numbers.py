"""What is written of very many rows is what is written of few."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from gaoxin.warehouse import rows

ODD = ["甲", "a\tb", "a\\b\nc\r", "\x00", "\ud800", "\\u0000", "", "\u3000", '"']


def test_the_digest_of_rows_one_by_one_is_that_of_all():
    found = [{"b": text, "a": {"x": text, text: None}, "n": n, "day": date(2024, 1, n + 1), "value": Decimal("1.50"), "no": None}
             for n, text in enumerate(ODD)]
    for some in (found, []):
        said = rows.Digest()
        assert [*said.passing(some)] == some
        assert said.of_all() == rows.digest(some)
