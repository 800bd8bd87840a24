"""Files beside a plan that only a drill reads: how its figures are made up, who errs."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from gaoxin.errors import PlanError
from gaoxin.i18n import Text
from gaoxin.plan.base import Model

M = TypeVar("M", bound=Model)


def beside(plan_file: Path, name: str, kind: type[M], what: Text) -> M:
    """The file of that name beside a plan.yaml; an empty one when there is none. Raises PlanError, saying `what`, for a
    file that cannot be read or is none of its kind."""
    file = plan_file.with_name(name)
    if not file.is_file():
        return kind()
    try:
        return kind.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise PlanError(
            what, where=str(file), todo=Text(f"按下列说明修改 {name}", f"mend what is listed in {name}"),
            problems=tuple(str(error).splitlines()),
        ) from error
