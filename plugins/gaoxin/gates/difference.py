"""What changed between two states of what a gate's seal covers (`seal.sealed`): why an approval is void, thing by thing. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from gaoxin.i18n import Code, Message, Worded
from gaoxin.numerals import plain
from gaoxin.plan.criteria.score_reached import ScoreReached
from gaoxin.plan.model import Plan
from gaoxin.plan.target import Truth
from gaoxin.returns.model import ReturnState

Sealed = Mapping[str, Any]
_Key = tuple[str, ...]

_INDICATOR = Code("difference.indicator", "指标“{name}”", "indicator {name}", name=Worded)
_VERDICT = Code("difference.verdict", "指标“{name}”的 {due} 到期结论", "verdict on {name}, due {due}", name=Worded, due=str)
_RETURN = Code("difference.return", "{unit}《{form}》{period}", "{unit}, {form} {period}", unit=Worded, period=str)
_COUNTED = Code("difference.counted", "《{form}》{period} 各单位的报表", "all units' {form} {period}", period=str)
_DELIVERABLE = Code("difference.deliverable", "任务“{task}”的成果“{deliverable}”", "{deliverable} of task {task}")
_CLOSED_TASK = Code("difference.closed_task", "任务“{task}”的销号", "the closing of task {task}", task=Worded)
_CLOSED_BY = Code("difference.closed_by", "{unit} {at:.10}：{reason}", "{unit} {at:.10}: {reason}", unit=Worded, at=str,
                  reason=str)
_RECTIFICATION = Code("difference.rectification", "未销号整改 {id}", "open rectification {id}", id=str)
_RECTIFICATION_NAMED = Code("difference.rectification_named", "未销号整改：{subject}", "open rectification: {subject}",
                            subject=Worded)
_NAMED = Code("difference.named", "{what}", "{what}", what=Worded)
_SHEET = Code("difference.sheet", "{name}：{seat}的评分表", "{name}: the sheet of {seat}", name=Worded, seat=str)
_SCORED = Code("difference.scored", "第 {version} 版，{total} 分", "version {version}, {total} points", version=int, total=str)
_ASKED = Code("difference.asked", "{name}：关口的要求", "{name}: what the gate asks", name=Worded)
_AT_LEAST = Code("difference.at_least", "不低于 {points} 分，评分表 {sheets} 份", "{points} points or more, of {sheets} sheet(s)",
                 points=str, sheets=int)
_PREDECESSOR = Code("difference.predecessor", "前置阶段“{phase}”", "preceding phase {phase}", phase=Worded)
_WAIVER = Code("difference.waiver", "条件 {criterion} 的豁免", "waiver of {criterion}", criterion=str)
_PUT_OFF = Code("difference.put_off", "{unit}《{form}》{period} 延期到关口期限之后",
                "{unit}, {form} {period}, put off beyond the gate", unit=Worded, period=str)
_WAIVER_WITHIN = Code("difference.waiver_within", "条件 {criterion} 的豁免（{within}）", "waiver of {criterion} ({within})",
                      criterion=str, within=str)
_CRITERION = Code("difference.criterion", "关口条件 {criterion}", "criterion {criterion}", criterion=str)
_FORM_RULES = Code("difference.form_rules", "《{form}》的规定", "the rules of {form}")
_UNIT_RULES = Code("difference.unit_rules", "计量单位“{name}”的规定", "the rules of the unit of measure {name}", name=str)
_INDICATOR_RULES = Code("difference.indicator_rules", "指标“{name}”的规定", "the rules of {name}", name=Worded)
_WITHIN_WINDOW = Code("difference.within_window", "判定期内的方案改动（第 {version} 版）",
                      "a change of the plan within the decision window (version {version})", version=int)

_FIGURE = Code("difference.figure", "{value} {unit}{period}，{truth}{beside}", "{value} {unit}{period}, {truth}{beside}",
               value=str, unit=str, period=Message | None, truth=Message, beside=Message | None)
_OF = Code("difference.of", "（{period}）", " ({period})", period=str)
_BESIDE = Code("difference.beside", "，判断依据 {what:;}", ", judged by {what:;}", what=tuple)
_VERSION = Code("difference.version",
                "第 {version} 版，{state}，错误 {errors} 个，警告 {warnings} 条（说明已接受 {explained} 条{words}）",
                "version {version}, {state}, {errors} error(s), {warnings} warning(s) ({explained} explained, accepted{words})",
                version=str, state=Message, errors=int, warnings=int, words=Message | None)
_CORRECTED = Code("difference.corrected", "{version}；{figures:、}", "{version}; {figures:,}", version=Message, figures=tuple)
_CHANGED_FIGURE = Code("difference.changed_figure", "{name} {before} → {after}", "{name} {before} → {after}", name=Worded,
                       before=str, after=str)
_CHANGED_RECORDS = Code("difference.changed_records", "名录新增 {come} 条、减少 {gone} 条、改动 {changed} 条",
                        "records: {come} new, {gone} gone, {changed} changed", come=int, gone=int, changed=int)
_MORE_FIGURES = Code("difference.more_figures", "等 {count} 项", "{count} in all", count=int)
_WORDS = Code("difference.words", "：{hash:.8}", ": {hash:.8}", hash=str)
_MANY = Code("difference.many", "{count} 份接收（{hash:.12}）", "{count} accepted ({hash:.12})", hash=str)
_FILE = Code("difference.file", "文件 {hash:.12}", "file {hash:.12}", hash=str)
_UNTIL = Code("difference.until", "{unit}，至 {expires}：{reason}", "{unit}, until {expires}: {reason}", unit=Worded, expires=str,
              reason=str)
_SEVERAL = Code("difference.several", "{all:;}", "{all:;}", all=tuple)
_WORD = Code("difference.word", "{word}", "{word}", word=str)
_THERE = Code("difference.there", "有", "there")()
_AS_WAS = Code("difference.as_was", "原规定", "as it was")()
_AS_IS = Code("difference.as_is", "新规定", "as it is now")()
_CHANGED = Code("difference.changed", "新规定：{changes:；}", "as it is now: {changes:; }", changes=tuple)
_PASSED = Code("difference.passed", "已通过", "passed")()
_TRUTH = {Truth.MET: Code("difference.met", "已达到目标", "target reached")(),
          Truth.NOT_MET: Code("difference.not_met", "尚未达到目标", "target not reached")(),
          Truth.UNKNOWN: Code("difference.unknown", "无法评估", "unknown")()}


@dataclass(frozen=True)
class Difference:
    """about: what it is. before, after: how it stood; None where it was not there."""

    about: Message
    before: Message | None
    after: Message | None


def differences(plan: Plan, before: Sealed, after: Sealed, phase: str = "", by: Plan | None = None,
                corrected: Mapping[str, Sequence[Message]] = MappingProxyType({}),
                called: Mapping[tuple[str, ...], Worded] = MappingProxyType({})) -> list[Difference]:
    """In the order in which a reader asks: figures, returns, deliverables, the rest, rules last. phase: whose gate it is; by: the
    plan of before, by which changed rules are told in words; corrected: by the id of a version of a return what it changed of
    the one that stood before (`changed_figures`, `changed_records`); called: what people call things of which a seal has but the
    id: rectifications, and changes of the plan by version, subject and field."""
    found: list[Difference] = []
    for section, (about, told) in _SECTIONS.items():
        then, now = _keyed(section, before), _keyed(section, after)
        for key in sorted(then.keys() | now.keys()):
            was, is_ = then.get(key, []), now.get(key, [])
            if was == is_:
                continue
            gone, come = [v for v in was if v not in is_], [v for v in is_ if v not in was]
            if len(gone) == len(come) == 1:
                if section == "figures" and gone[0][:_OWN] != come[0][:_OWN]:  # what it was judged by moves with it
                    gone, come = ([v] for v in _short(gone[0][:_OWN], come[0][:_OWN]))
                was, is_ = gone, come
            sides = [_all([told(plan, v) for v in side]) for side in (was, is_)]
            if section == "returns" and sides[1] and len(is_) == 1 and (new := corrected.get(str(is_[0][3]))):
                sides[1] = _CORRECTED(version=sides[1], figures=new)
            what = about(plan, key)
            if section == "rectifications" and key in called:
                what = _RECTIFICATION_NAMED(subject=called[key])
            elif section == "changed_within_window" and key in called:
                sides = [side and _NAMED(what=called[key]) for side in sides]
            found.append(Difference(what, *sides))
    return [*found, *_rules(plan, before, after, _changes(by, plan, phase) if by and by != plan else {})]


def changed_figures(plan: Plan, then: Mapping[str, str], now: Mapping[str, str]) -> list[Message]:
    """What a later version of a series says otherwise, the first of it. then, now: figures as people read them, by variable."""
    found = [_CHANGED_FIGURE(name=_variable(plan, name), before=then.get(name, "—"), after=now.get(name, "—"))
             for name in dict.fromkeys((*then, *now)) if then.get(name) != now.get(name)]
    return [*found[:_LISTED], *([_MORE_FIGURES(count=len(found))] if len(found) > _LISTED else [])]


def changed_records(gone: Collection[tuple[str | None, ...]], come: Collection[tuple[str | None, ...]]) -> list[Message]:
    """Of a register, by what identifies a record: in both is what was changed."""
    changed = len({*gone} & {*come})
    if not gone and not come:
        return []
    return [_CHANGED_RECORDS(come=len({*come}) - changed, gone=len({*gone}) - changed, changed=changed)]


def _short(was: list[Any], is_: list[Any]) -> tuple[list[Any], list[Any]]:
    """Both figures as pages have them elsewhere, with four digits after the point; in full where these would read the same."""
    short = [[v[0], plain(Decimal(v[1]), places=4) if v[1] else v[1], *v[2:]] for v in (was, is_)]
    return (was, is_) if short[0] == short[1] else (short[0], short[1])


def _all(told: Sequence[Message]) -> Message | None:
    """All that stands of one thing, such as the files of a deliverable; None where nothing does."""
    return _SEVERAL(all=told) if len(told) > 1 else told[0] if told else None


def _keyed(section: str, sealed: Sealed) -> dict[tuple[str, ...], list[list[Any]]]:
    """The values of a section by what they speak of, each as a list: of one thing there may be several."""
    found: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for value in sealed.get(section, ()):
        v = list(value) if isinstance(value, list | tuple) else [value]
        found[tuple(str(v[at]) for at in _KEYS[section] if at < len(v))].append(v)
    return {key: sorted(values, key=str) for key, values in found.items()}


_LISTED = 8  # figures of one return
_OWN = 5  # parts of a figure that are its own: id, value, unit, period, truth
_KEYS = {"figures": (0,), "verdicts": (0, 1), "returns": (0, 1, 2), "counted": (0, 1), "deliverables": (0, 1),
         "closed": (0,), "rectifications": (0,), "scores": (0, 1), "asked": (0,), "predecessors": (0,), "waivers": (0, 4),
         "extensions": (0, 1, 2), "changed_within_window": (0, 1, 2)}


def _figure(plan: Plan, v: list[Any]) -> Message:
    _, value, unit, period, truth, *beside = v
    return _FIGURE(value=value or "—", unit=unit, period=_OF(period=period) if period else None, truth=_TRUTH[Truth(truth)],
                   beside=_BESIDE(what=beside) if beside else None)


def _version(plan: Plan, v: list[Any]) -> Message:
    return _VERSION(version=str(v[3]).rpartition("__v")[2], state=ReturnState(v[4]).told, errors=v[5], warnings=v[6],
                    explained=v[7], words=_WORDS(hash=v[8]) if len(v) > 8 else None)


def _indicator(plan: Plan, id: str) -> Worded:
    return next((i.name for i in plan.indicators if i.id == id), _WORD(word=id))


def _variable(plan: Plan, id: str) -> Worded:
    return plan.variables[id][1].name if id in plan.variables else _WORD(word=id)


def _assessment(plan: Plan, id: str) -> Worded:
    return next((a.name for a in plan.assessments if a.id == id), _WORD(word=id))


def _form(plan: Plan, id: str) -> Worded:
    return next((f.name for f in plan.forms if f.id == id), _WORD(word=id))


def _unit(plan: Plan, id: str) -> Worded:
    return next((u.name for u in plan.units if u.id == id), _WORD(word=id))


def _task(plan: Plan, id: str) -> Worded:
    return next((t.name for t in plan.tasks if t.id == id), _WORD(word=id))


def _deliverable(plan: Plan, task: str, deliverable: str) -> Message:
    found = next((t for t in plan.tasks if t.id == task), None)
    what = next((p.name for p in plan.pieces(found) if p.id == deliverable), None) if found else None
    return _DELIVERABLE(task=found.name if found else _WORD(word=task), deliverable=what or _WORD(word=deliverable))


def _phase(plan: Plan, id: str) -> Worded:
    return next((p.name for p in plan.phases if p.id == id), _WORD(word=id))


_SECTIONS: Mapping[str, tuple[Callable[[Plan, _Key], Message], Callable[[Plan, list[Any]], Message]]] = {
    "figures": (lambda p, k: _INDICATOR(name=_indicator(p, k[0])), _figure),
    "verdicts": (lambda p, k: _VERDICT(name=_indicator(p, k[0]), due=k[1]), lambda _, v: _WORD(word=str(v[2]))),
    "returns": (lambda p, k: _RETURN(unit=_unit(p, k[1]), form=_form(p, k[0]), period=k[2]), _version),
    "counted": (lambda p, k: _COUNTED(form=_form(p, k[0]), period=k[1]), lambda _, v: _MANY(count=v[2], hash=v[3])),
    "deliverables": (lambda p, k: _deliverable(p, *k), lambda _, v: _FILE(hash=v[2])),
    "closed": (lambda p, k: _CLOSED_TASK(task=_task(p, k[0])),
               lambda p, v: _CLOSED_BY(unit=_unit(p, v[1]), reason=v[2], at=v[3])),
    "rectifications": (lambda _, k: _RECTIFICATION(id=k[0]), lambda _, __: _THERE),
    "scores": (lambda p, k: _SHEET(name=_assessment(p, k[0]), seat=k[1]),
               lambda _, v: _SCORED(version=int(v[2]), total=str(v[3]) or "—")),
    "asked": (lambda p, k: _ASKED(name=_assessment(p, k[0])), lambda _, v: _AT_LEAST(points=str(v[1]) or "—", sheets=int(v[2]))),
    "predecessors": (lambda p, k: _PREDECESSOR(phase=_phase(p, k[0])), lambda _, __: _PASSED),
    "waivers": (lambda _, k: _WAIVER_WITHIN(criterion=k[0], within=k[1]) if len(k) > 1 else _WAIVER(criterion=k[0]),
                lambda p, v: _UNTIL(unit=_unit(p, v[1]), reason=v[2], expires=v[3])),
    "extensions": (lambda p, k: _PUT_OFF(unit=_unit(p, k[1]), form=_form(p, k[0]), period=k[2]),
                   lambda _, v: _WORD(word=str(v[3]))),
    "changed_within_window": (lambda _, k: _WITHIN_WINDOW(version=int(k[0])),
                              lambda _, v: _WORD(word=f"{v[1]} {v[2]}")),
}


def _rules(plan: Plan, before: Sealed, after: Sealed, changes: Mapping[tuple[str, str], list[Message]]) -> Iterator[Difference]:
    """changes: by kind and id what `gaoxin plan diff` tells of it."""
    then, now = before["rules"], after["rules"]
    for kind, was, is_, about in (
        ("criteria", _by_id(then["criteria"]), _by_id(now["criteria"]), _criterion_rules),
        ("indicators", then["indicators"], now["indicators"], _indicator_rules),
        ("forms", then["forms"], now["forms"], _form_rules),
        ("units_of_measure", _by_name(then), _by_name(now), _unit_rules),
    ):
        for key in sorted(was.keys() | is_.keys()):
            if was.get(key) != is_.get(key):
                told = changes.get((kind, key))
                new = _CHANGED(changes=told) if told else _AS_IS
                yield Difference(about(plan, key), _AS_WAS if key in was else None, new if key in is_ else None)


def _changes(then: Plan, now: Plan, phase: str) -> dict[tuple[str, str], list[Message]]:
    """The changes between two versions, in words, by what a seal has of them."""
    from gaoxin.planning.authoring.diff import differences as changed

    scored = {c.id: c.assessment for p in now.phases if p.id == phase for c in p.gate.criteria if isinstance(c, ScoreReached)}
    found: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for change in changed(then, now):
        kind, _, key = change.subject.partition(".")
        if change.subject == f"phases.{phase}" and change.field.startswith("gate.criteria."):
            found["criteria", change.field.split(".")[2]].append(change.message)
        elif kind == "assessments":
            for criterion in (c for c, of in scored.items() if of == key):
                found["criteria", criterion].append(change.message)
        elif kind in ("indicators", "forms"):
            found[kind, key].append(change.message)
    return dict(found)


def _by_id(criteria: Iterable[Sealed]) -> dict[str, Sealed]:
    return {c["id"]: c for c in criteria}


def _by_name(rules: Sealed) -> dict[str, Sealed]:
    return {one["name"]: one for one in rules.get("units_of_measure", ())}


def _criterion_rules(plan: Plan, id: str) -> Message:
    return _CRITERION(criterion=id)


def _indicator_rules(plan: Plan, id: str) -> Message:
    return _INDICATOR_RULES(name=_indicator(plan, id))


def _form_rules(plan: Plan, id: str) -> Message:
    return _FORM_RULES(form=_form(plan, id))


def _unit_rules(plan: Plan, name: str) -> Message:
    return _UNIT_RULES(name=name)
