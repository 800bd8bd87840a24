"""An entity stands in a register once."""

from collections import defaultdict

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form
from gaoxin.quality.check import CANARY_TEXT, UNIQUE, About, Check, Parameter, Rules, expectation
from gaoxin.quality.frames import Given
from gaoxin.quality.history import EntityKey, key_of

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
