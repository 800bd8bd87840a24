"""A register keeps most of its entities from one period to the next, and does not double."""

from collections.abc import Mapping
from decimal import Decimal

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form, RegisterField, Severity
from gaoxin.quality.check import BETWEEN, About, Check, Parameter, Rules, cell_rule, expectation
from gaoxin.quality.checks.changed import numbers_of
from gaoxin.quality.entities import members
from gaoxin.quality.frames import Given, Place
from gaoxin.quality.known import Entities, EntityKey

LOST = "file.entities_lost"    # share of the entities before that are gone
GROWN = "file.entities_grown"  # new ones as a share of those before
WEIGHT = "record.lost_sum"     # what those that are gone had of a column's sum, over its limit: 1 is the limit
_MOST_LOST, _MOST_GROWN = 0.3, 1.0
_ONE, _SEVERAL = 0.1, 0.2  # of the sum: what one that is gone may have had, and all of them, if it is twice their share by number
_LISTED, _MEAN = 10, 3     # entities before; and how many times the mean one of them has to be
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
WEIGHT_TITLE = Code("quality.members.weight.title", "没有少了分量大的对象", "none of weight is gone")
WEIGHT_TOLD = Code("quality.members.weight",
                   "本期不见了的 {many} 个对象上期占合计的 {share}%：{names}{more}；请补报，确已退出的请说明",
                   "{many} entities that are gone had {share}% of the sum the period before: {names}{more}; add them, or explain",
                   many=int, share=Decimal, names=tuple, more=Text)
NO_WEIGHT = Code("quality.members.weight.past", "没有上期名录可比，或上期对象不足 {least} 个",
                 "no register of the period before to compare with, or less than {least} entities in it", least=int)
LOST_ALREADY = Code("quality.members.weight.told", "已提出对象大批不见，不再逐栏提出", "told of many that are gone already")
_MORE, _NO_MORE = Text(" 等", " …"), Text("", "")


class Members(Check):
    about = About(
        needs=Text("本单位上期名录", "the unit's register of the period before"),
        how=Text("按识别栏对应：不见的占上期三成以上（至少三个）；新增的不少于上期全部（至少十个）；"
                 "不见的占一栏上期合计的两成以上且两倍于其个数所占，或其中一个占一成以上且三倍于平均数（上期十个以上对象）",
                 "matched by the key: three in ten are gone (three at least); as many are new as there were (ten "
                 "at least); those gone had a fifth of a column's sum and twice their share by number, or one of them a tenth "
                 "and three times the mean (ten and more before)"),
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
            yield from cell_rule(_weighed(form), "lost_sum", BETWEEN, WEIGHT, [10], max_value=1, level=2,
                                 severity=Severity.WARNING, title=WEIGHT_TITLE, message=WEIGHT_TOLD)

    def compute(self, given: Given) -> None:
        block, before = given.block, given.history.entities
        if given.form.kind != "register":
            return
        for column in (LOST, GROWN):
            given.because(column, None, NO_PAST())
        for field in _weighed(given.form):
            given.because(WEIGHT, field.id, NO_WEIGHT(least=_LISTED))
        if block is None or not block.entries or not before:
            return
        now = (key for key in block.keys(given.form.key) if key is not None)
        found_of = members(now, before)
        for column, found in zip((LOST, GROWN), found_of, strict=True):
            share = len(found) / len(before) if len(found) >= _LEAST[column] else 0.0
            names = tuple(" + ".join(key) for key in found[:_NAMED])
            given.frame.put(given.base, column, share, column=len(before), many=len(found), names=names,
                            more=_MORE if len(found) > _NAMED else _NO_MORE)
        if len(before) >= _LISTED:
            _weigh(given, before, found_of[0])


def _weighed(form: Form) -> list[RegisterField]:
    return [field for field in numbers_of(form) if field.adds_up]


def _weigh(given: Given, before: Mapping[EntityKey, Mapping[str, str | None]], lost: list[EntityKey]) -> None:
    """Puts what those that are gone had of the sum of each column."""
    for field in _weighed(given.form):
        if len(lost) >= _LEAST[LOST] and len(lost) > _MOST_LOST * len(before):
            given.because(WEIGHT, field.id, LOST_ALREADY())
            continue
        if not lost:
            given.frame.put(given.frame.row(given.owner, Place(variable=field.id)), WEIGHT, 0.0)
            continue
        text = before.texts(field.id) if isinstance(before, Entities) else lambda key, of=field.id: before[key].get(of)
        had = {key: value for key in lost if (value := Decimal(text(key) or 0)) > 0}
        share = over = Decimal(0)
        largest = sorted(had, key=had.__getitem__, reverse=True)
        if had:
            known = [Decimal(said) for key in before if (said := text(key)) is not None]
            if len(known) < _LISTED or (whole := sum(known, Decimal(0))) <= 0 or min(known) < 0:
                continue
            share = sum(had.values(), Decimal(0)) / whole
            one = had[largest[0]] / whole
            over = max(share / max(Decimal(str(_SEVERAL)), 2 * Decimal(len(lost)) / len(before)),
                       one / max(Decimal(str(_ONE)), Decimal(_MEAN) / len(known)))
        given.frame.put(given.frame.row(given.owner, Place(variable=field.id)), WEIGHT, float(over), many=len(had),
                        share=round(100 * share, 1), names=tuple(" + ".join(key) for key in largest[:_NAMED]),
                        more=_MORE if len(largest) > _NAMED else _NO_MORE)
