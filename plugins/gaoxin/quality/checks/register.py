"""A register's records: still some where there were some, and each entity once."""

from collections import defaultdict

from gaoxin.i18n import Code
from gaoxin.plan.forms import Form, Severity
from gaoxin.quality.check import BETWEEN, CANARY_TEXT, UNIQUE, Check, Rules, expectation
from gaoxin.quality.frames import Given
from gaoxin.quality.history import EntityKey, key_of

LOST = "file.records_lost"  # how many it had the period before, when it has none now

EMPTIED_TITLE = Code("quality.emptied.title", "名录没有由有变空", "the register has not become empty")
EMPTIED = Code("quality.emptied", "上期报有 {observed} 条记录，本期为空；请补报，确已全部退出的请说明",
               "{observed} records in the period before and none now; add them, or explain that all have left")
NO_RECORDS_BEFORE = Code("quality.emptied.past", "没有上期记录可比", "no records of the period before to compare with")

KEY = "record.key"  # what identifies a record within its return
_ROWS_TOLD = 10  # the list stands in each of the duplicates' findings

DUPLICATE_TITLE = Code("quality.duplicate.title", "名录内不重复（{key: + }）", "no duplicates within the register ({key: + })",
                       key=tuple)
TWICE = Code("quality.duplicate", "“{key}”在本表出现多次：第 {rows}{more} 行；同一对象只能报一次，请删除重复行",
             "'{key}' stands here more than once, in rows {rows}{more}; report an entity once, delete the others")
MORE = Code("quality.duplicate.more", "…（{rows}）", "… ({rows})", rows=int)
NO_KEY = Code("quality.duplicate.no_key", "关键字段空缺，无法查重", "the key is not filled in")


class Emptied(Check):
    place = 10

    def on_whole(self, form: Form) -> Rules:
        if form.kind == "register":
            yield expectation("emptied", BETWEEN, LOST, [1], max_value=0, level=2, table="file", severity=Severity.WARNING,
                              title=EMPTIED_TITLE, message=EMPTIED)

    def compute(self, given: Given) -> None:
        if given.form.kind == "register":
            before = given.history.records_before
            given.frame.put(given.base, LOST, float(0 if given.records else before) if before else None, observed=before)
            given.because(LOST, None, NO_RECORDS_BEFORE())


class Duplicate(Check):
    place = 20

    def on_whole(self, form: Form) -> Rules:
        if form.key:
            names = {f.id: f.name for f in form.asked}
            yield expectation("duplicate", UNIQUE, KEY, [CANARY_TEXT] * 2, level=2, variable=form.key[0], message=TWICE,
                              title=(DUPLICATE_TITLE, {"key": tuple(names[k] for k in form.key)}))

    def compute(self, given: Given) -> None:
        fields = given.form.key
        keyed = [(key_of(record.entry, fields), record.entry, record) for record in given.records if record.entry and fields]
        rows: dict[EntityKey | None, list[int]] = defaultdict(list)
        for key, entry, _ in keyed:
            rows[key].append(entry.row)
        for key, _, record in keyed:
            if key is None:
                given.because(KEY, fields[0], NO_KEY())
                continue
            same = rows[key]
            # The return's position keeps two returns apart that stand in one frame.
            given.frame.put(record.cells[fields[0]].row, KEY, f"{given.owner}|" + "|".join(key), key=" + ".join(key),
                            rows=tuple(same[:_ROWS_TOLD]), more=MORE(rows=len(same)) if len(same) > _ROWS_TOLD else None)
