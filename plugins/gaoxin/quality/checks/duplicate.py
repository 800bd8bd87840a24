"""An entity stands in a register once."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from gaoxin.containers.lines import marks
from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form
from gaoxin.quality.blocks import Block, Made, Spread
from gaoxin.quality.check import CANARY_TEXT, UNIQUE, About, Check, Parameter, Rules, expectation
from gaoxin.quality.frames import Given
from gaoxin.quality.known import EntityKey

KEY = "record.key"  # what identifies a record within its return
_ROWS_TOLD = 10  # the list stands in each of the duplicates' findings

TITLE = Code("quality.duplicate.title", "名录内不重复（{key: + }）", "no duplicates within the register ({key: + })", key=tuple)
TWICE = Code("quality.duplicate", "“{key}”在本表出现多次：第 {rows}{more} 行；同一对象只能报一次，请删除重复行",
             "'{key}' stands here more than once, in rows {rows}{more}; report an entity once, delete the others")
MORE = Code("quality.duplicate.more", "…（{rows}）", "… ({rows})", rows=int)
NO_KEY = Code("quality.duplicate.no_key", "关键字段空缺，无法查重", "the key is not filled in")


class Duplicate(Check):
    about = About(
        needs=Text("名录的识别栏", "a register's key"),
        how=Text("识别栏去空格、统一大小写后比较", "keys compared without blanks and case"),
        looks_at=Text("同一对象是否报了两次", "whether an entity stands there twice"),
        why=Text("同一对象只能计一次", "an entity counts once"),
        answer=Text("删去重复的行", "delete the row that repeats it"),
        source=Text("欧洲统计体系核验手册 2 级", "ESS validation handbook, level 2"),
        parameters=(Parameter("key", Text("识别栏", "fields that identify"), ""),))
    place = 20

    def on_whole(self, form: Form) -> Rules:
        if form.key:
            names = {f.id: f.name for f in form.asked}
            yield expectation("duplicate", UNIQUE, KEY, [CANARY_TEXT] * 2, level=2, variable=form.key[0], message=TWICE,
                              title=(TITLE, {"key": tuple(names[k] for k in form.key)}))

    def compute(self, given: Given) -> None:
        fields, block = given.form.key, given.block
        if block is None or not fields:
            return
        keys, lacking, apart = block.keys(fields), block.lacks(fields), f"{given.owner}|"
        if lacking:
            given.because(KEY, fields[0], NO_KEY())
        # The return's position keeps two returns apart that stand in one frame.
        told, alike = keys.mapped(lambda key: None if key is None else apart + "|".join(key)), None
        if len(fields) == 1 and not lacking:
            part: Sequence[Any] = block.part(fields[0])
            told = Made(len(part), lambda: map(apart.__add__, part), lambda place: apart + part[place])
            alike = partial(marks, part)
        given.frame.spread(block, fields[0], KEY, lambda: Spread(told, marks=alike), partial(_told, block, keys, {}))


def _told(block: Block, keys: Sequence[EntityKey | None], rows: dict[EntityKey, list[int | str]], place: int) -> dict[str, Any]:
    """In which rows a record's key stands. rows: found when first asked for."""
    if not rows:
        for at, key in enumerate(keys):
            if key is not None:
                rows.setdefault(key, []).append(block.told_row(at))
    key = keys[place]
    if key is None:
        return {}
    same = rows[key]
    return {"key": " + ".join(key), "rows": tuple(same[:_ROWS_TOLD]),
            "more": MORE(rows=len(same)) if len(same) > _ROWS_TOLD else None}
