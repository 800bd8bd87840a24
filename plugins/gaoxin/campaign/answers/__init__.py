"""Answers of the use cases: one model for what scripts read as JSON, terminals show as tables and pages will show.

A module holds the answers of one theme, and the questions that yield them. An answer is a frozen dataclass with values as
data; results of the rules stand in it as they are, and `told` says which of their fields the JSON has. Words are chosen where
an answer is shown: `to_json(lang)`, or a terminal's layout.

The modules are imported when they are first asked for, since each brings the rooms of its use cases with it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gaoxin.campaign.answers import feasibility, gates, indicators, office, plans, returns

    __all__ = ["feasibility", "gates", "indicators", "office", "plans", "returns"]
else:
    def __getattr__(name):
        from importlib import import_module

        if name.startswith("_"):
            raise AttributeError(name)
        return import_module(f"{__name__}.{name}")
