"""The half of `describe` that speaks of figures: the relations within forms."""

from __future__ import annotations

from gaoxin.i18n import Text

WORDS: dict[str, dict[str, Text]] = {}
