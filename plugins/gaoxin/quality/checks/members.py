"""A register keeps most of its entities from one period to the next, and does not double."""

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form, Severity
from gaoxin.quality.check import BETWEEN, About, Check, Parameter, Rules, expectation
from gaoxin.quality.entities import members
from gaoxin.quality.frames import Given

LOST = "file.entities_lost"    # share of the entities before that are gone
GROWN = "file.entities_grown"  # new ones as a share of those before
_MOST_LOST, _MOST_GROWN = 0.3, 1.0
_LEAST = {LOST: 3, GROWN: 10}  # so many at least: a young register doubles soon
_NAMED = 5

LOST_TITLE = Code("quality.members.lost.title", "上期的对象没有大量减少", "few of the entities before are gone")
LOST_TOLD = Code("quality.members.lost",
                 "上期 {column} 个对象中有 {many} 个本期不见了：{names}{more}；请补报，确已退出的请说明",
                 "{many} of {column} entities of the period before are gone: {names}{more}; add them, or explain",
                 column=int, many=int, names=tuple, more=Text)
GROWN_TITLE = Code("quality.members.grown.title", "对象没有成倍增加", "entities have not doubled")
GROWN_TOLD = Code("quality.members.grown",
                  "上期 {column} 个对象，本期新增 {many} 个：{names}{more}；请核对是否重复填报，属实请说明",
                  "{many} new entities beside {column} of the period before: {names}{more}; see whether some are listed twice, "
                  "explain if true", column=int, many=int, names=tuple, more=Text)
NO_PAST = Code("quality.members.past", "没有上期名录可比", "no register of the period before to compare with")
_MORE, _NO_MORE = Text(" 等", " …"), Text("", "")


class Members(Check):
    about = About(
        needs=Text("本单位上期名录", "the unit's register of the period before"),
        how=Text("按识别栏对应：不见的占上期三成以上（至少三个）；新增的不少于上期全部（至少十个）",
                 "matched by the key: three in ten are gone (three at least); as many are new as there were (ten at least)"),
        looks_at=Text("对象是否大批消失或成倍增加", "whether entities vanished or doubled"),
        why=Text("多为漏报、截断，或换了编号重复填报", "mostly rows were cut off, or listed again under other keys"),
        answer=Text("补报或删去；属实的说明", "add or delete them, or explain"),
        source=Text("欧洲统计体系核验手册 2 级", "ESS validation handbook, level 2"),
        parameters=(Parameter("lost", Text("不见的比例", "share gone"), "0.3"),
                    Parameter("grown", Text("新增的比例", "share new"), "1")))
    place = 12
    beyond_itself = True

    def on_whole(self, form: Form) -> Rules:
        if form.kind == "register":
            yield expectation("lost", BETWEEN, LOST, [1], max_value=_MOST_LOST, title=LOST_TITLE, message=LOST_TOLD, table="file",
                              level=2, severity=Severity.WARNING)
            yield expectation("grown", BETWEEN, GROWN, [10], max_value=_MOST_GROWN, strict_max=True, title=GROWN_TITLE,
                              message=GROWN_TOLD, table="file", level=2, severity=Severity.WARNING)

    def compute(self, given: Given) -> None:
        block, before = given.block, given.history.entities
        if given.form.kind != "register":
            return
        for column in (LOST, GROWN):
            given.because(column, None, NO_PAST())
        if block is None or not block.entries or not before:
            return
        now = (key for key in block.keys(given.form.key) if key is not None)
        for column, found in zip((LOST, GROWN), members(now, before), strict=True):
            share = len(found) / len(before) if len(found) >= _LEAST[column] else 0.0
            names = tuple(" + ".join(key) for key in found[:_NAMED])
            given.frame.put(given.base, column, share, column=len(before), many=len(found), names=names,
                            more=_MORE if len(found) > _NAMED else _NO_MORE)
