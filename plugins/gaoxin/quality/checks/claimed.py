"""No other unit reports the same entity: the one rule on a return that other units' returns decide."""

from collections import deque

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form, Severity
from gaoxin.quality.blocks import coded
from gaoxin.quality.check import CANARY_TEXT, IN_SET, About, Check, Rules, expectation
from gaoxin.quality.frames import Given
from gaoxin.quality.history import entity_fields

CLAIMED = "claimed"
CLAIMED_BY = "record.claimed_by"  # other units that report the same entity
NOBODY = "nobody"  # an empty cell would not tell *nobody* from *not known*

TITLE = Code("quality.claimed.title", "没有其他单位报送同一对象", "no other unit reports the same entity")
BY_OTHERS = Code("quality.claimed", "“{value}”本期也由 {units} 报送；同一对象只计一次，请两单位协商归属并说明",
                 "'{value}' is also reported by {units} for this period; it counts once: agree whose it is, and explain")
NOT_KNOWN = Code("quality.claimed.unknown", "其他单位的名录未知", "other units' registers are not known here")
NO_KEY = Code("quality.claimed.no_key", "关键字段空缺，无法比对", "the key is not filled in")
INCOMPLETE = Code("quality.claimed.incomplete", "其他单位的名录不全，未见重复",
                  "not all other units' registers are known; none found")


class Claimed(Check):
    about = About(
        needs=Text("其他单位同期的名录", "other units' registers of the period"),
        how=Text("识别栏与其他单位的比较", "keys compared with those of other units"),
        looks_at=Text("同一对象是否也由别的单位报送", "whether another unit reports the same entity"),
        why=Text("一个对象只能计一次", "an entity counts once"),
        answer=Text("两单位协商归属并说明", "agree whose it is, and explain"),
        source=Text("欧洲统计体系核验手册 3 级", "ESS validation handbook, level 3"))
    place = 30
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        """A warning, since neither unit alone can be at fault and the office must hear both; level 3 by DOMAIN's table,
        because it compares with another unit's data. Counts count an entity once in any case."""
        if form.kind == "register" and len(form.units) > 1:
            yield expectation(CLAIMED, IN_SET, CLAIMED_BY, [CANARY_TEXT], value_set=[NOBODY], level=3, severity=Severity.WARNING,
                              variable=entity_fields(form)[0], title=TITLE, message=BY_OTHERS)

    def compute(self, given: Given) -> None:
        fields, claimed, block = entity_fields(given.form), given.history.claimed, given.block
        if block is None or not fields or not block.entries:
            return
        if claimed is None:
            given.because(CLAIMED_BY, None, NOT_KNOWN())
            return
        keys, complete = block.keys(fields), given.history.claims_complete
        if not claimed and not block.lacks(fields):
            if not complete:
                given.because(CLAIMED_BY, None, INCOMPLETE())
            given.frame.spread(block, fields[0], CLAIMED_BY,
                               lambda: block.alike(fields[0], NOBODY if complete else None), lambda _: {"units": ()})
            return
        others = keys.mapped(lambda key: None if key is None else claimed.get(key, ()))
        # Of several reasons the last record's is told.
        reasons = deque((units for units in others if units is None or not (units or complete)), 1)
        if reasons:
            given.because(CLAIMED_BY, None, NO_KEY() if reasons[0] is None else INCOMPLETE())
        given.frame.spread(
            block, fields[0], CLAIMED_BY,
            lambda: coded(None if units is None or not (units or complete) else ",".join(units) or NOBODY for units in others),
            lambda place: {"units": tuple(given.plan.unit(unit).name for unit in others[place] or ())})
