"""What every criterion of a gate has, as the plan writes it; how it is judged stands in `gaoxin.gates.criteria`."""

from typing import ClassVar, Literal, get_args

from gaoxin.i18n import Text
from gaoxin.plan.base import FormId, Id, Model, UnitId, opt
from gaoxin.plan.fields import name_of


class Criterion(Model):
    """One criterion of a gate. A module of this folder holds one, named by its `kind`. A field `forms`, `indicators` or `tasks`
    names what it looks at; left out it means all (of tasks, those of the phase). What it so looks at goes into the seal, is
    checked to exist, and is asked for in good time by the check of plans.
    words: its name, the same wherever people read of it, and what it asks. needs: that of which there must be
    some, or there is nothing to judge. place: where it stands among the kinds; the same place, by name. implied: asked of every
    phase that it concerns and never written in a plan."""

    kind: str
    id: Id
    waivable_by: tuple[UnitId, ...] | None = opt("可豁免的单位：不写即领导小组和审批单位；写 [] 即谁也不能豁免",
                                                 "waivable by: left out: leading group and consenting unit; []: nobody",
                                                 exclude_if=lambda units: units is None)

    needs: ClassVar[Literal["returns", "indicators", "tasks"] | None] = None
    place: ClassVar[int] = 100
    implied: ClassVar[bool] = False

    @classmethod
    def the_kind(cls) -> str:
        return str(get_args(cls.model_fields["kind"].annotation)[0])

    @property
    def looks_ahead(self) -> bool:
        """Whether it also asks of an indicator what is due next after the gate's deadline."""
        return False

    @property
    def asked(self) -> Text:
        """Its name."""
        return name_of(type(self))


class OfReturns(Criterion):
    """A criterion on the returns that are due. forms: which; all forms when left out."""

    needs = "returns"
    forms: tuple[FormId, ...] | None = opt("报表：只看哪些报表；不写即全部", "forms: which; all when left out")


class OfVersions(OfReturns):
    """newer: what a version means that came after the accepted one and was rejected, or is not checked yet, while the accepted
    figures stand. It is named in any case; `hold`: the gate waits until it is corrected or taken back."""

    newer: Literal["named", "hold"] = opt(
        "较新版本：已接受的报表又有新版被退回或待校核时，named 写明即可；hold 不通过",
        "newer: of an accepted return a later version that was rejected or is not checked: named, or hold", "named",
        called="写明 不通过", exclude_if="named".__eq__)
