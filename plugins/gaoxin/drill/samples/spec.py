"""What a plan's `sample.yaml` says about its made-up figures: where a variable starts and ends, how large registers grow.

Without the file, or for what it leaves out, targets of the plan and plain magnitudes serve (see `figures`).
"""

import hashlib
import random
from decimal import Decimal
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import Field, ValidationError

from gaoxin.errors import PlanError, UsageError
from gaoxin.i18n import Text
from gaoxin.plan.base import Id, Model
from gaoxin.plan.model import Plan

M = TypeVar("M", bound=Model)


class Course(Model):
    """From the form's first period to its last, in a straight line. by_period overrules it for single periods. For a cumulative
    variable, start and end are what a whole year would come to at that pace (so the value reported for December is `end`); for
    every other variable and for counts, the value itself. In the variable's unit of measure."""

    start: Decimal | None = None
    end: Decimal | None = None
    by_period: dict[str, Decimal] = Field(default_factory=dict)


class SampleSpec(Model):
    """variables: by variable id. counts: by count id, then unit id."""

    schema_version: Literal[1] = Field(1, alias="schema")
    variables: dict[Id, Course] = Field(default_factory=dict)
    counts: dict[Id, dict[Id, Course]] = Field(default_factory=dict)


def beside(plan_file: Path, name: str, kind: type[M], what: Text) -> M:
    """The file of that name beside a plan.yaml; an empty one when there is none. Raises PlanError, saying `what`, for a
    file that cannot be read or is none of its kind."""
    file = plan_file.with_name(name)
    return read_as(file, kind, what) if file.is_file() else kind()


def read_as(file: Path, kind: type[M], what: Text) -> M:
    """A file of that kind. Raises PlanError, saying `what`, for one that cannot be read or is none of its kind."""
    try:
        return kind.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise PlanError(what, where=str(file), todo=Text(f"按下列说明修改 {file.name}", f"mend what is listed in {file.name}"),
                        problems=tuple(str(error).splitlines())) from error


def load_spec(plan_file: Path) -> SampleSpec:
    """The sample.yaml beside a plan.yaml; an empty one when there is none. Raises PlanError when it cannot be read."""
    return beside(plan_file, "sample.yaml", SampleSpec, Text("样本设定读不了", "the sample settings cannot be read"))


def check_spec(plan: Plan, spec: SampleSpec) -> None:
    """Raises UsageError when the settings speak of a variable, count or unit that the plan does not have."""
    variables = {v.id for f in plan.forms if f.kind == "series" for v in f.variables}
    counts = {c.id: f for f in plan.forms if f.kind == "register" for c in f.counts}
    strange = [f"variables.{v}" for v in spec.variables if v not in variables]
    for count, by_unit in spec.counts.items():
        known = counts[count].units if count in counts else ()
        strange += [f"counts.{count}.{u}" for u in by_unit if u not in known] if known else [f"counts.{count}"]
    if strange:
        raise UsageError(Text(f"样本设定中有方案没有的项目：{'、'.join(strange)}", f"the plan has no {', '.join(strange)}"),
                         where="sample.yaml",
                         todo=Text("与方案的变量、计数和单位核对", "compare it with the plan's variables, counts and units"))


def dice(*parts: object) -> random.Random:
    """A random generator that depends on the parts alone: the same on every machine and in every order of calls."""
    text = "\x1f".join(str(p) for p in parts)
    return random.Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))
