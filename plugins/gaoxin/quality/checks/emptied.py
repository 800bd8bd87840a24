"""A register that had records has not become empty."""

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form, Severity
from gaoxin.quality.check import BETWEEN, About, Check, Rules, expectation
from gaoxin.quality.frames import Given

LOST = "file.records_lost"  # how many it had the period before, when it has none now

TITLE = Code("quality.emptied.title", "名录没有由有变空", "the register has not become empty")
EMPTIED = Code("quality.emptied", "上期报有 {observed} 条记录，本期为空；请补报，确已全部退出的请说明",
               "{observed} records in the period before and none now; add them, or explain that all have left")
NO_PAST = Code("quality.emptied.past", "没有上期记录可比", "no records of the period before to compare with")


class Emptied(Check):
    about = About(
        needs=Text("上期名录", "the register of the period before"),
        how=Text("上期有记录而本期为空时，计上期的条数", "the former number of records, where none is left"),
        looks_at=Text("名录是否突然变空", "whether a register has become empty"),
        why=Text("全部退出很少见，多为漏报", "all leaving at once is rare: mostly it is forgotten"),
        answer=Text("补报；确已全部退出的说明", "add them, or explain"),
        source=Text("欧洲统计体系核验手册 2 级", "ESS validation handbook, level 2"))
    place = 10
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        if form.kind == "register":
            yield expectation("emptied", BETWEEN, LOST, [1], max_value=0, level=2, table="file", severity=Severity.WARNING,
                              title=TITLE, message=EMPTIED)

    def compute(self, given: Given) -> None:
        if given.form.kind == "register":
            before = given.history.records_before
            given.frame.put(given.base, LOST, float(0 if given.records else before) if before else None, observed=before)
            given.because(LOST, None, NO_PAST())
