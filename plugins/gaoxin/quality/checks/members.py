"""A register keeps most of its entities from one period to the next, and does not double."""

from collections.abc import Mapping
from decimal import Decimal
from math import sqrt
from typing import Any

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form, RegisterField, Severity
from gaoxin.quality.check import BETWEEN, About, Check, Parameter, Rules, cell_rule, expectation
from gaoxin.quality.checks.changed import numbers_of
from gaoxin.quality.entities import members
from gaoxin.quality.frames import Given, Place
from gaoxin.quality.history import moving
from gaoxin.quality.known import EntityKey, texts_of

LOST = "file.entities_lost"    # share of the entities before that are gone
GROWN = "file.entities_grown"  # new ones as a share of those before
MORE_LOST = "file.entities_lost_more"  # how many are gone over how many may well be, by how many went before: 1 is the limit
SOME_LOST = "file.entities_lost_some"  # how many are gone, where that is not asked about and worth a look
WEIGHT = "record.lost_sum"     # what those that are gone had of a column's sum, over its limit: 1 is the limit
_MOST_LOST, _MOST_GROWN = 0.3, 1.0
_ONE, _SEVERAL = 0.1, 0.2  # of the sum: what one that is gone may have had, and all of them, if it is twice their share by number
_LISTED, _MEAN = 10, 3     # entities before; and how many times the mean one of them has to be
_LEAST = {LOST: 3, GROWN: 10}  # so many at least: a young register doubles soon
_FORMER, _SURE = 2, 3  # gone besides those of the period before, as so few tell little; and how many roots of that are chance
_AT_LEAST = 0.1        # share from which on more that are gone than before are asked about
_SOME, _SOME_SHARE = 2, 0.05  # gone, and their share, from which on they are told
_NAMED = 5

LOST_TITLE = Code("quality.members.lost.title", "上期的对象没有大量减少", "few of the entities before are gone")
LOST_TOLD = Code("quality.members.lost",
                 "上期 {column} 个对象中有 {many} 个本期不见了：{names}{more}；请补报，确已退出的请说明",
                 "{many} of {column} entities of the period before are gone: {names}{more}; add them, or explain",
                 column=int, many=int, names=tuple, more=Text)
MORE_TITLE = Code("quality.members.more.title", "减少的对象不比以往多出许多", "not many more entities are gone than before")
MORE_TOLD = Code("quality.members.more",
                 "上期 {column} 个对象中有 {many} 个本期不见了（此前一期少了 {former}%）：{names}{more}；"
                 "请补报，确已退出的请说明",
                 "{many} of {column} entities of the period before are gone ({former}% the period before that): {names}{more}; "
                 "add them, or explain", column=int, many=int, former=Decimal, names=tuple, more=Text)
SOME_TITLE = Code("quality.members.some.title", "上期的对象本期仍在", "the entities before are still there")
SOME_TOLD = Code("quality.members.some", "上期 {column} 个对象中有 {many} 个本期不见了：{names}{more}；请看是否漏报",
                 "{many} of {column} entities of the period before are gone: {names}{more}; see whether any was left out",
                 column=int, many=int, names=tuple, more=Text)
NO_FORMER = Code("quality.members.more.past", "没有更早一期的名录，不知以往减少多少，或上期对象不足 {least} 个",
                 "no register of the period before the last tells how many used to go, or less than {least} entities in it",
                 least=int)
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
LOST_ALREADY = Code("quality.members.weight.told", "已提出对象大批不见，不再另行提出", "told of many that are gone already")
_MORE, _NO_MORE = Text(" 等", " …"), Text("", "")


class Members(Check):
    about = About(
        needs=Text("本单位上期、再上一期名录", "the unit's registers of the two periods before"),
        how=Text("按识别栏对应：不见的占上期三成以上（至少三个），或占一成以上且远多于此前一期减少的；"
                 "不到的，二个以上且占半成以上的作提示；新增的不少于上期全部（至少十个）；"
                 "不见的占一栏上期合计的两成以上且两倍于其个数所占，或其中一个占一成以上且三倍于平均数（上期十个以上对象）",
                 "matched by the key: three in ten are gone (three at least), or one in ten and by far more than the period "
                 "before; of less, two and one in twenty are told as information; as many are new as there were (ten at least); "
                 "those gone had a fifth of a column's sum and twice their share by number, or one of them a tenth and three "
                 "times the mean (ten and more before)"),
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
            if moving(form):
                yield expectation("lost_more", BETWEEN, MORE_LOST, [10], max_value=1, title=MORE_TITLE, message=MORE_TOLD,
                                  table="file", level=2, severity=Severity.WARNING)
            yield expectation("lost_some", BETWEEN, SOME_LOST, [1], max_value=0, title=SOME_TITLE, message=SOME_TOLD,
                              table="file", level=2, severity=Severity.INFO)
            yield expectation("grown", BETWEEN, GROWN, [10], max_value=_MOST_GROWN, strict_max=True, title=GROWN_TITLE,
                              message=GROWN_TOLD, table="file", level=2, severity=Severity.WARNING)
            yield from cell_rule(_weighed(form), "lost_sum", BETWEEN, WEIGHT, [10], max_value=1, level=2,
                                 severity=Severity.WARNING, title=WEIGHT_TITLE, message=WEIGHT_TOLD)

    def compute(self, given: Given) -> None:
        block, before = given.block, given.history.entities
        if given.form.kind != "register":
            return
        for column in (LOST, SOME_LOST, GROWN):
            given.because(column, None, NO_PAST())
        given.because(MORE_LOST, None, NO_FORMER(least=_LISTED))
        for field in _weighed(given.form):
            given.because(WEIGHT, field.id, NO_WEIGHT(least=_LISTED))
        if block is None or not block.entries or not before:
            return
        now = (key for key in block.keys(given.form.key) if key is not None)
        found_of = members(now, before)
        for column, found in zip((LOST, GROWN), found_of, strict=True):
            share = len(found) / len(before) if len(found) >= _LEAST[column] else 0.0
            given.frame.put(given.base, column, share, column=len(before), many=len(found), **_named(found))
        _told_less(given, found_of[0], before)


def _told_less(given: Given, lost: list[EntityKey], before: Mapping[EntityKey, Mapping[str, str | None]]) -> None:
    """What is told of those that are gone where they are no three in ten: one finding each."""
    told = len(lost) >= _LEAST[LOST] and len(lost) > _MOST_LOST * len(before)
    if told:
        given.because(MORE_LOST, None, LOST_ALREADY())
    else:
        told = _over_former(given, lost, before) > 1
    if told:
        given.because(SOME_LOST, None, LOST_ALREADY())
    else:
        some = len(lost) >= _SOME and len(lost) >= _SOME_SHARE * len(before)
        given.frame.put(given.base, SOME_LOST, float(len(lost) if some else 0), column=len(before), many=len(lost),
                        **_named(lost))
    if len(before) >= _LISTED:
        _weigh(given, before, lost, all_told=told)


def _named(keys: list[EntityKey]) -> dict[str, Any]:
    return {"names": tuple(" + ".join(key) for key in keys[:_NAMED]), "more": _MORE if len(keys) > _NAMED else _NO_MORE}


def _over_former(given: Given, lost: list[EntityKey], before: Mapping[EntityKey, Any]) -> float:
    """Puts how many are gone over how many may well be, by how many of the register before the last were gone in the last one;
    nought where that is not known."""
    earlier = given.history.earlier
    if not earlier or min(len(before), len(earlier)) < _LISTED:
        return 0.0
    former = sum(key not in before for key in earlier)
    usual = (former + _FORMER) * len(before) / len(earlier)
    over = len(lost) / max(usual + _SURE * sqrt(usual), _AT_LEAST * len(before))
    given.frame.put(given.base, MORE_LOST, over, column=len(before), many=len(lost),
                    former=round(100 * Decimal(former) / len(earlier), 1), **_named(lost))
    return over


def _weighed(form: Form) -> list[RegisterField]:
    return [field for field in numbers_of(form) if field.adds_up]


def _weigh(given: Given, before: Mapping[EntityKey, Mapping[str, str | None]], lost: list[EntityKey], *, all_told: bool) -> None:
    """Puts what those that are gone had of the sum of each column. all_told: that they are gone is asked about already."""
    for field in _weighed(given.form):
        if all_told:
            given.because(WEIGHT, field.id, LOST_ALREADY())
            continue
        if not lost:
            given.frame.put(given.frame.row(given.owner, Place(variable=field.id)), WEIGHT, 0.0)
            continue
        text = texts_of(before, field.id)
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
