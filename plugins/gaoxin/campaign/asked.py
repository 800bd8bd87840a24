"""What a step of a flow is asked, and what it answers: plain values, of which an engine knows the shape."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gaoxin.blueprint.attempts import Seen
from gaoxin.campaign.running import Look
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.periods import Period


@dataclass(frozen=True)
class Asked:
    """What a step's run asks for. decision, reason, by (the units of which one is asked, the first before its deputies), seal and
    user are given by an approval step alone; servers are the connections of its channels that the engine knows, by id, for a step
    that may send; seen is what it says of the runs that `look` names, for one that starts runs; connections is what those of the
    plan's sources are, for a step that fetches; pages is where its pages are seen, as far as it knows; run is the engine's id of
    the run itself."""

    phase: str = ""
    period: Period | None = None
    decision: str | None = None
    reason: str | None = None
    by: tuple[str, ...] = ()
    seal: str | None = None
    user: str | None = None
    servers: Mapping[str, str] | None = field(default=None, repr=False)
    seen: Mapping[Look, Seen] = field(default_factory=dict)
    pages: str = ""
    run: str = ""
    connections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @property
    def the_period(self) -> Period:
        if self.period is None:
            raise UsageError(Text("统计流程一次处理一个报告期，未说明是哪一期",
                                  "a statistics run takes one period and none was given"), where="params.period",
                             todo=Text("触发时选择报告期", "choose a period as you trigger it"))
        return self.period


Answer = dict[str, Any]
