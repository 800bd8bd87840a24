"""The words that a return's workbook is laid out with (INTERFACES, A return's workbook): said once for writer and reader.

Only names and small pure helpers belong here; nothing that reads or writes a file.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form

COVER_SHEET = "封面"
DATA_SHEET = "数据"
NOTES_SHEET = "填报说明"
CODES_SHEET = "代码表"
BEFORE_SHEET = "上期数"  # what the unit reported before; never read

OTHER_SHEETS = frozenset({COVER_SHEET, NOTES_SHEET, CODES_SHEET, BEFORE_SHEET})  # of a template, beside the data

NOTES_NAME = Text(NOTES_SHEET, "how to fill it in")  # where a cover ends

COVER_KEYS = ("campaign", "form", "unit", "period", "template")  # without these a file says not which return it is
EXPLANATION_KEY = "explanation"  # optional: the unit's words on a revision or a warning
NIL_KEY = "nil"  # optional: that there is nothing to report in a register
CHECKED_KEY = "checked"  # where records were carried over: that the unit has gone through them
MARK_KEY = "layout"  # optional: of what the form asked when the template was made (`mark_of`)
SAMPLE_KEY = "sample"  # optional: any value marks the figures as made up
ASKED_KEYS = frozenset({EXPLANATION_KEY, NIL_KEY, CHECKED_KEY})  # of those that a unit fills in
CODE_COLUMN = 4  # of the cover: hidden ids of what stands in column B by its name
FREE_ROWS = 2    # between what a cover says and how it is filled in: room for the mark of made-up figures
SAMPLE_MARK = "样本数据（虚构，仅供演练）"

SERIES_HEADERS = ("code", "name", "unit_of_measure", "value", "note")

# cover: what people write instead of a key. cover_names: what a message calls them. signing: who answers for a return on paper.
# heads: what people call the columns of a series, the template first; helpers: columns of a template that nobody reads.
# no_explanation: what stands in an explanation's place without explaining anything. placeholders: what stands where a name
# belongs and is none. nil, yes, no: what says that a register is a nil report, and that it is none. kinds, types, head, advice:
# what the template tells beside the cells.
WORDS: dict[str, Any] = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
SERIES_HEADS = {header: Text(WORDS["heads"][header][0], header) for header in SERIES_HEADERS}
COVER_NAMES = {key: Code(f"returns.cover.{key}", *words)() for key, words in WORDS["cover_names"].items()}


def cover_keys(form: Form, *, carried: bool = False) -> tuple[str, ...]:
    """Those of a form's template, in the order of their rows. carried: whether it holds the records of a period before."""
    nil = (NIL_KEY,) if form.kind == "register" and form.allow_empty else ()
    return (*COVER_KEYS, EXPLANATION_KEY, *nil, *((CHECKED_KEY,) if carried else ()), MARK_KEY)


def free_row(form: Form) -> int:
    """The first row below what a template's cover says."""
    return len(cover_keys(form)) + len(WORDS["signed"]) + 1


def cover_label(key: str) -> Text:
    """What stands beside a value on a template's cover; `cover` reads either."""
    return Text(WORDS["cover"][key][0], key)


def cover_hint(key: str) -> Text:
    return Text(*WORDS["cover_hints"].get(key, ("", "")))


def headers_of(form: Form) -> tuple[str, ...]:
    """The headers of the data sheet, by their codes (`heads` knows what people call them)."""
    return SERIES_HEADERS if form.kind == "series" else tuple(item.id for item in form.fields)


def mark_of(form: Form) -> str:
    """What a form asks, in eight signs: another mark, another template. Judged by other rules it is the same template."""
    asked = [item.model_dump(mode="json", exclude={"jump", "combine", "weight"}, exclude_defaults=True) for item in form.asked]
    return "f" + sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:7]


def fetched_stem(campaign: str, form: str, unit: str, period: object, source: str) -> str:
    """The name of rows that were fetched: it says what they are and by which source of the plan they are read."""
    return f"{file_stem(campaign, form, unit, period)}__@{source}"


def file_stem(campaign: str, form: str, unit: str, period: object, version: int = 1) -> str:
    """`campaign__form__unit__period`, with `__v2` for a corrected copy: the name under which a CSV says what it is."""
    stem = f"{campaign}__{form}__{unit}__{period}"
    return stem if version == 1 else f"{stem}__v{version}"
