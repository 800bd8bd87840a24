"""What people do in a scenario beside handing in what they owe: data, each with its day, and how it is done by the use cases."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from gaoxin.campaign import correcting, decisions, extending
from gaoxin.campaign.workplace import Workplace
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.plan.base import Id, Model, UnitId


class _Deed(Model):
    """day: the day on which it is done; because: the words that go with it."""

    day: date
    because: str


class Refusal(_Deed):
    """The consent to a gate that is asked for on that day or after it is refused, once."""

    do: Literal["refuse"]
    phase: Id


class Consent(_Deed):
    """A consent that nobody asks for: a refusal taken back."""

    do: Literal["consent"]
    phase: Id
    by: UnitId


class Waiver(_Deed):
    """until: the last day on which it holds."""

    do: Literal["waive"]
    phase: Id
    criterion: Id
    by: UnitId
    until: date


class Request(_Deed):
    """what: FORM@PERIOD, or the id of a task. answered: granted or refused on the same day; None: it waits."""

    do: Literal["ask_for_time"]
    what: str
    by: UnitId
    until: date
    answered: Literal["granted", "refused"] | None = None


class Decision(_Deed):
    """On every correction that is open that day."""

    do: Literal["decide_corrections"]
    by: UnitId
    outcome: Literal["reopen", "erratum", "unaffected"]


Deed = Annotated[Refusal | Consent | Waiver | Request | Decision, Field(discriminator="do")]


def do(w: Workplace, as_leader: Callable[[], Workplace], deed: Deed) -> str:
    """Does it, and tells what was done. as_leader: the workplace of the account that decides; a refusal is for whoever is asked.
    Raises what the use case raises."""
    match deed:
        case Waiver():
            decisions.waive(as_leader(), deed.phase, deed.criterion, deed.by, deed.because, deed.until)
            return f"豁免 {deed.phase} {deed.criterion} 至 {deed.until} / waived"
        case Consent():
            decisions.approve(as_leader(), deed.phase, deed.by, "approve", deed.because)
            return f"审批 {deed.phase}：撤回不同意，改为同意 / refusal taken back"
        case Request():
            asked = extending.ask(w, deed.what, deed.until, deed.because, deed.by).given
            if deed.answered:
                by = extending.deciders(w.plan, deed.by)[0]
                answer = extending.grant if deed.answered == "granted" else extending.refuse
                answer(as_leader(), asked.number, f"演练：{deed.because}", by)
            return f"申请延期 {deed.what} 至 {deed.until}：{deed.answered or 'waits'}"
        case Decision():
            found = [c for c in correcting.corrections(w).corrections if any(a.state == "open" for a in c.affected)]
            for one in found:
                correcting.decide_correction(as_leader(), one.return_id, deed.outcome, deed.by, deed.because)
            return f"处理更正 {len(found)} 件：{deed.outcome} / corrections decided"
        case Refusal():
            raise UsageError(Text("不同意由被提请的单位表示", "a refusal is for whoever is asked"), where=deed.phase,
                             todo=Text("等到提请", "wait until it is asked for"))
