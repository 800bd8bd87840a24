"""Units that report one and the same whole report the same value."""

from decimal import Decimal

from gaoxin import measures
from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form, Severity, Variable
from gaoxin.quality.check import BETWEEN, About, Check, Rules, cell_rule
from gaoxin.quality.frames import Given

SAME = "same"
DIFFERING = "figure.differing"  # how many other units report another value

TITLE = Code("quality.same.title", "与其他单位报送的同一数一致", "agrees with the other units that report the same figure")
OTHERWISE = Code("quality.same", "本单位报 {number} {unit}，{others}；这是同一个数，请各单位核对后更正或说明",
                 "{number} {unit} here, {others}: it is one and the same figure; compare, then correct or explain it")
SAYS = Code("quality.same.other", "{who}报 {number} {unit}", "{number} {unit} by {who}")
NOT_KNOWN = Code("quality.same.unknown", "其他单位的数未知", "other units' figures are not known here")
NOBODY_YET = Code("quality.same.nobody_yet", "其他单位本期尚无已接受的数", "no other unit's figure is accepted yet")


class Same(Check):
    """A warning, as for an entity that two claim: neither unit alone can be at fault. While they differ there is no figure of
    the whole in any case (`indicators.inputs`)."""

    about = About(
        needs=Text("其他单位所报的同一个数", "the same whole as other units report it"),
        how=Text("换算后逐一比较，数出不同的单位", "compared after conversion; counts who differs"),
        looks_at=Text("几个单位报的同一个数是否一致", "whether units agree on one whole"),
        why=Text("一个整体只有一个数", "one whole has one figure"),
        answer=Text("两单位核对后更正或说明", "compare, then correct or explain"),
        source=Text("欧洲统计体系核验手册 3 级", "ESS validation handbook, level 3"))
    place = 40
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        return cell_rule(form.told_twice, SAME, BETWEEN, DIFFERING, [1], max_value=0, title=TITLE, message=OTHERWISE, level=3,
                         severity=Severity.WARNING)

    def compute(self, given: Given) -> None:
        asked = {v.id for v in given.form.told_twice}
        for cell in given.variables():
            if not isinstance(cell.item, Variable) or cell.item.id not in asked or not isinstance(cell.value, Decimal):
                continue
            known = given.history.others.get(cell.item.id)
            if not known:
                complete = given.history.claimed is not None and given.history.claims_complete
                given.because(DIFFERING, cell.item.id, (NOBODY_YET if complete else NOT_KNOWN)())
                continue
            differing = [
                SAYS(who=given.plan.unit(unit).name, number=past.value, unit=past.unit) for unit, past in sorted(known.items())
                if not measures.convertible(past.unit, cell.unit)
                or not measures.alike(measures.convert(past.value, past.unit, cell.unit), cell.value)
            ]
            given.frame.put(cell.row, DIFFERING, float(len(differing)), number=cell.value, unit=cell.unit,
                            others=tuple(differing))
