"""What other units report: none of them the same entity, and of one and the same whole the same value."""

from decimal import Decimal

from gaoxin import measures
from gaoxin.i18n import Code
from gaoxin.plan.forms import Form, Severity, Variable
from gaoxin.quality.check import BETWEEN, CANARY_TEXT, IN_SET, Check, Rules, cell_rule, expectation
from gaoxin.quality.frames import Given
from gaoxin.quality.history import entity_fields, key_of

CLAIMED = "claimed"
CLAIMED_BY = "record.claimed_by"  # other units that report the same entity
NOBODY = "nobody"  # an empty cell would not tell *nobody* from *not known*

CLAIMED_TITLE = Code("quality.claimed.title", "没有其他单位报送同一对象", "no other unit reports the same entity")
BY_OTHERS = Code("quality.claimed", "“{value}”本期也由 {units} 报送；同一对象只计一次，请两单位协商归属并说明",
                 "'{value}' is also reported by {units} for this period; it counts once: agree whose it is, and explain")
REGISTERS_NOT_KNOWN = Code("quality.claimed.unknown", "其他单位的名录未知", "other units' registers are not known here")
NO_KEY = Code("quality.claimed.no_key", "关键字段空缺，无法比对", "the key is not filled in")
INCOMPLETE = Code("quality.claimed.incomplete", "其他单位的名录不全，未见重复",
                  "not all other units' registers are known; none found")

SAME = "same"
DIFFERING = "figure.differing"  # how many other units report another value

SAME_TITLE = Code("quality.same.title", "与其他单位报送的同一数一致", "agrees with the other units that report the same figure")
OTHERWISE = Code("quality.same", "本单位报 {number} {unit}，{others}；这是同一个数，请各单位核对后更正或说明",
                 "{number} {unit} here, {others}: it is one and the same figure; compare, then correct or explain it")
SAYS = Code("quality.same.other", "{who}报 {number} {unit}", "{number} {unit} by {who}")
FIGURES_NOT_KNOWN = Code("quality.same.unknown", "其他单位的数未知", "other units' figures are not known here")
NOBODY_YET = Code("quality.same.nobody_yet", "其他单位本期尚无已接受的数", "no other unit's figure is accepted yet")


class Claimed(Check):
    place = 30

    def on_whole(self, form: Form) -> Rules:
        """A warning, since neither unit alone can be at fault and the office must hear both; level 3 by DOMAIN's table,
        because it compares with another unit's data. Counts count an entity once in any case."""
        if form.kind == "register" and len(form.units) > 1:
            yield expectation(CLAIMED, IN_SET, CLAIMED_BY, [CANARY_TEXT], value_set=[NOBODY], level=3, severity=Severity.WARNING,
                              variable=entity_fields(form)[0], title=CLAIMED_TITLE, message=BY_OTHERS)

    def compute(self, given: Given) -> None:
        fields, history = entity_fields(given.form), given.history
        for record in given.records if fields else ():
            entity = key_of(record.entry, fields)
            if history.claimed is None:
                given.because(CLAIMED_BY, None, REGISTERS_NOT_KNOWN())
            elif entity is None:
                given.because(CLAIMED_BY, None, NO_KEY())
            elif not (others := history.claimed.get(entity, ())) and not history.claims_complete:
                given.because(CLAIMED_BY, None, INCOMPLETE())
            else:
                names = tuple(given.plan.unit(u).name for u in others)
                given.frame.put(record.cells[fields[0]].row, CLAIMED_BY, ",".join(others) or NOBODY, units=names)


class Same(Check):
    """A warning, as for an entity that two claim: neither unit alone can be at fault. While they differ there is no figure of
    the whole in any case (`indicators.inputs`)."""

    place = 40

    def on_whole(self, form: Form) -> Rules:
        return cell_rule(form.told_twice, SAME, BETWEEN, DIFFERING, [1], max_value=0, title=SAME_TITLE, message=OTHERWISE,
                         level=3, severity=Severity.WARNING)

    def compute(self, given: Given) -> None:
        asked = {v.id for v in given.form.told_twice}
        for cell in given.cells():
            if not isinstance(cell.item, Variable) or cell.item.id not in asked or not isinstance(cell.value, Decimal):
                continue
            known = given.history.others.get(cell.item.id)
            if not known:
                complete = given.history.claimed is not None and given.history.claims_complete
                given.because(DIFFERING, cell.item.id, (NOBODY_YET if complete else FIGURES_NOT_KNOWN)())
                continue
            differing = [
                SAYS(who=given.plan.unit(unit).name, number=past.value, unit=past.unit) for unit, past in sorted(known.items())
                if not measures.convertible(past.unit, cell.unit)
                or measures.convert(past.value, past.unit, cell.unit) != cell.value
            ]
            given.frame.put(cell.row, DIFFERING, float(len(differing)), number=cell.value, unit=cell.unit,
                            others=tuple(differing))
