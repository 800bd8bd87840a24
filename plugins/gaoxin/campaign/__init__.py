"""The use cases of a campaign, and their answers: one model for what scripts read as JSON and terminals show as tables.

An answer is a frozen dataclass with values as data; results of the rules stand in it as they are, and `told` says which of their
fields the JSON has. Words are chosen where an answer is shown: `to_json(lang)`, or a terminal's layout.

The modules are imported when they are first asked for, since each brings the rooms of its use cases with it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gaoxin.campaign import (  # noqa: F401, I001
        accounting, anchoring, auditing, bulletin_acts, bulletins, burdening, cadencing, calling, carding, checking,
        correcting, deadlines, decisions, deliverables,
        dossiers, drilling, entering, explaining, extending, feasibility, fetching, following, forms, gatekeeping, handed,
        intake, lateness, living, mapped, mapping, measuring, outlooks, overseeing, paging, plans, problems, questioning,
        rechecking, registering, reminding, reporting, reviewing, ruling, safekeeping, scans, scores, sent, sourcing, standing,
        stopping, taskbook, tasking, tasktable, tracing, upkeep, waiving,
    )
else:
    def __getattr__(name):
        from importlib import import_module

        if name.startswith("_"):
            raise AttributeError(name)
        return import_module(f"{__name__}.{name}")
