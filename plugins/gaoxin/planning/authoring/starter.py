"""The files with which a plan begins: a plan.yaml that loads and explains itself, and the stub that makes it DAGs.

The plan (starter_plan.yaml) has every part in small, made up and marked as such; what begins with `#~ ` is an example that
loads too once the mark is taken away. `@NAME@` there is filled in, `@M3@` is the month three months after the first.
"""

import json
import re
from datetime import date
from importlib.resources import files

from gaoxin.errors import UsageError
from gaoxin.i18n import Text

ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
LEVELS = {"municipal": "市级", "provincial": "省级", "national": "国家级"}


def _kept(name: str) -> str:
    return files("gaoxin.planning.authoring").joinpath(name).read_text(encoding="utf-8")


STUB = _kept("starter_dags.txt")


def must_be_id(campaign: str) -> None:
    """Raises UsageError, with the rule and an example, for a text that is no campaign's id."""
    if ID.fullmatch(campaign):
        return
    near = re.sub(r"[^a-z0-9]+", "_", campaign.lower()).strip("_")[:60]
    example = near if ID.fullmatch(near) else "kaizhou_2020"
    raise UsageError(
        Text(f"不能用作编号：{campaign!r}", f"cannot be an id: {campaign!r}"), where="CAMPAIGN",
        todo=Text(f"以小写字母开头，只用小写字母、数字和下划线，最多 60 个字符，如 {example}",
                  f"begin with a lower-case letter; lower-case letters, digits and _ only, at most 60, e.g. {example}")
    )


def first_month(text: str) -> date:
    """The first day of the month that a text such as 2026-01 names. Raises UsageError for any other text."""
    found = re.fullmatch(r"([12][0-9]{3})-(0[1-9]|1[0-2])", text)
    if not found:
        raise UsageError(Text(f"不是年月：{text!r}", f"not a month: {text!r}"), where="--starts",
                         todo=Text("写成 2026-01", "write 2026-01"))
    return date(int(found[1]), int(found[2]), 1)


def new_plan(campaign: str, *, name: str | None, level: str, starts: date, schema: str) -> str:
    """The text of a new plan.yaml. name: of the campaign, a made-up one when None. starts: its first month. schema: path of
    the JSON Schema, as seen from the plan."""
    called = name or f"示例区创建{LEVELS[level]}高新区工作"

    def month(later: int) -> str:
        index = starts.year * 12 + starts.month - 1 + later
        return f"{index // 12}-{index % 12 + 1:02d}"

    filled = {
        "SCHEMA": schema, "ID": campaign, "NAME": json.dumps(called, ensure_ascii=False),
        "LEVEL": level, "LEVEL_ZH": LEVELS[level], "YEAR": str(starts.year), "BEFORE": str(starts.year - 1),
        "EARLIER": str(starts.year - 2),
    }
    return re.sub(r"@(?:M([0-9]+)|([A-Z_]+))@", lambda m: month(int(m[1])) if m[1] is not None else filled[m[2]],
                  _kept("starter_plan.yaml"))

