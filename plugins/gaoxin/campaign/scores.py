"""Score sheets of pre-assessments (初评): entered seat by seat, by command or workbook; what they come to; what falls short is
opened as a problem, whose rectification whoever holds the assessment re-checks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

from gaoxin.campaign.acting import acting
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.entering import AT_ONCE, Entered
from gaoxin.campaign.falling_short import is_complete, open_short
from gaoxin.campaign.problems import Row
from gaoxin.campaign.scored import score_in
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import words_of
from gaoxin.clock import LATEST
from gaoxin.containers.apart import open_book
from gaoxin.errors import Refused, UsageError
from gaoxin.i18n import Code, Message, Text, Worded
from gaoxin.people import acts
from gaoxin.people.acts import NotAllowed
from gaoxin.plan.assessments import Assessment, ScoreItem
from gaoxin.plan.model import Plan
from gaoxin.problems.rules import finders_of
from gaoxin.scoring.combining import seat_name, seats_of
from gaoxin.scoring.entering import wrong_with
from gaoxin.scoring.model import ItemResult, Line, Score, Sheet, SheetScore, Spread
from gaoxin.scoring.workbook import NO_NUMBER, Read, read, value_of
from gaoxin.warehouse.engine import Store

_TWICE = Code("scores.twice", "{line} 写了两次", "{line} is given twice", line=str)
_NOT_HERE = Code("scores.not_here", "评分表是创建工作 {campaign} 的", "the sheet is of the campaign {campaign}", campaign=str)


class SheetSeen(Answer):
    """One version of a seat's sheet. seat_name: 专家 3 号, or a unit. counts: whether it is the newest, which alone counts.
    total: None of one that is not whole, and of one that does not count. outlier: whether it differs from what all came to by
    more than the plan lets pass untold."""

    seat: str
    seat_name: Worded
    version: int
    counts: bool
    total: Decimal | None
    bonus: Decimal | None
    outlier: bool
    lines: Mapping[str, Line]
    by: str
    reason: str | None
    sha256: str | None
    recorded_at: datetime
    business_day: date | None
    entered_afterwards: bool
    entered_because: str | None
    account: str | None
    authenticated: bool | None


class ItemSeen(Answer):
    """An item over all sheets that count. points: what they come to, least and most among them; of one that is computed what its
    indicator gives, and `told` says by what. below: it falls short so far that a rectification is opened. words: what was
    said, by seat."""

    id: str
    name: Worded
    part: Worded
    kind: str
    indicator: str | None
    points: Decimal | None
    full: Decimal
    least: Decimal | None
    most: Decimal | None
    below: bool
    told: Message | None
    words: Mapping[str, str]


class AssessmentSeen(Answer):
    """An assessment as of a time. total: what its whole sheets come to, None without one. spread: least, most and standard
    deviation of their totals. passed: whether the pass mark is reached; None where that cannot be told. missing: seats without
    a sheet; incomplete: whose sheet lacks something; outdated: whose sheet was given for other points than the plan's by now;
    unknown: items whose indicator has no value; unopened: those that fall short and of which no rectification was ever opened.
    called: seats by what people call them."""

    id: str
    name: Worded
    by: str
    combine: str
    full: Decimal
    most: Decimal
    pass_mark: Decimal | None
    total: Decimal | None
    passed: bool | None
    spread: Spread | None
    whole: int
    seats: Sequence[str]
    called: Mapping[str, Worded]
    missing: Sequence[str]
    incomplete: Sequence[str]
    outdated: Sequence[str]
    outliers: Sequence[str]
    unknown: Sequence[str]
    unopened: Sequence[str]
    sheets: Sequence[SheetSeen]
    items: Sequence[ItemSeen]


class Scores(Answer):
    campaign: str
    as_of: datetime
    assessments: Sequence[AssessmentSeen]


class SheetEntered(Answer):
    """What entering a sheet came to. faults: with one nothing was recorded. there_before: the newest version says the same, and
    nothing is recorded. opened: problems that were opened, since the sheets are complete by now."""

    campaign: str
    assessment: str
    seat: str
    seat_name: Worded
    version: int | None
    there_before: bool
    file: Path | None
    sha256: str | None
    total: Decimal | None
    faults: Sequence[Row]
    opened: Sequence[str]
    score: AssessmentSeen | None

    @property
    def exit_status(self) -> int:
        return 1 if self.faults else 0


class Concluded(Answer):
    campaign: str
    opened: Sequence[str]
    score: AssessmentSeen


def scores(w: Workplace, assessment: str | None = None) -> Scores:
    """All assessments of the plan, or one. Raises UsageError for an unknown one."""
    asked = [w.plan.assessment(assessment)] if assessment else list(w.plan.assessments)
    with w.warehouse.read() as store:
        return Scores(w.plan.id, w.now, [_seen(w, store, one) for one in asked])


def _seen(w: Workplace, store: Store, asked: Assessment) -> AssessmentSeen:
    sheets = store.scores.sheets(w.plan.id, w.known, asked.id)
    found = score_in(w, store, asked, sheets=sheets)
    scored, newest = {s.seat: s for s in found.sheets}, found.versions
    return AssessmentSeen.of(
        found, id=asked.id, name=asked.name, by=asked.by, combine=asked.combine, most=asked.most, seats=seats_of(asked),
        called={seat: seat_name(w.plan, asked, seat) for seat in seats_of(asked)},
        sheets=[_sheet(w.plan, asked, s, scored.get(s.seat) if s.version == newest.get(s.seat) else None, found) for s in sheets],
        items=[_item(asked, i) for i in found.items])


def _sheet(plan: Plan, asked: Assessment, s: Sheet, counts: SheetScore | None, found: Score) -> SheetSeen:
    known = s.seat in seats_of(asked)
    name = seat_name(plan, asked, s.seat) if known else Text(s.seat, s.seat)
    return SheetSeen.of(s, seat_name=name, counts=counts is not None, total=counts and counts.total,
                        bonus=counts and counts.bonus, outlier=counts is not None and s.seat in found.outliers,
                        entered_afterwards=s.entered_afterwards)


def _item(asked: Assessment, i: ItemResult) -> ItemSeen:
    item = next(one for one in asked.items if one.id == i.item)
    part = next((p.name for p in asked.parts if item in p.items), Text("加分", "bonus"))
    said: dict[str, str] = {}
    for seat, words in i.words:
        said[seat] = "；".join(filter(None, (said.get(seat), words)))
    return ItemSeen.of(i, id=i.item, part=part, kind=item.kind, indicator=item.indicator, words=said)


def scorers_of(plan: Plan, asked: Assessment, seat: str) -> list[str]:
    """The units that enter a seat's sheet: of an expert those that may hold the assessment, of a unit itself."""
    return [seat] if asked.by == "units" else finders_of(plan)


def enter(w: Workplace, assessment: str, seat: str, lines: Mapping[str, Line], by: str, reason: str | None = None,
          entered: Entered = AT_ONCE) -> SheetEntered:
    """Records a seat's sheet, whole or not at all; one that says what its newest version does is not recorded again, another
    needs a reason. Raises UsageError for an unknown assessment, seat or unit, NotAllowed for a unit that does not enter it,
    Refused for a correction without a reason."""
    asked = w.plan.assessment(assessment)
    faults = [Row(one.line, one.message) for one in wrong_with(asked, lines)]
    return _entered(w, asked, seat, lambda: (lines, faults), by, reason, entered)


def load(w: Workplace, file: Path, content: bytes, name: str, by: str | None = None, reason: str | None = None,
         entered: Entered = AT_ONCE) -> SheetEntered:
    """As enter, of a workbook, which says whose sheet it is. by: the office, or the unit whose sheet it is, when left out."""
    book = open_book(content, name)
    first = read(book, {})
    asked = next((a for a in w.plan.assessments if a.id == first.assessment), None)
    if asked is None or first.campaign != w.plan.id:
        faults = [f for f in first.faults if f[1].code in ("scoring.no_sheet", "scoring.no_cover")] or first.faults[:1]
        if first.assessment or not faults:
            told = (_NOT_HERE(campaign=first.campaign) if first.campaign != w.plan.id else None)
            if told is None:
                w.plan.assessment(first.assessment)
            faults = [(None, told)] if told else faults
        return SheetEntered(w.plan.id, first.assessment, first.seat, Text(first.seat, first.seat), None, False, file, None, None,
                            [Row(cell, message) for cell, message in faults], (), None)
    given = read(book, _known(asked))
    whose = by or _usual(w.plan, asked, given.seat)
    return _entered(w, asked, given.seat, partial(_judged, asked, given), whose, reason, entered, file=file, content=content,
                    name=name)


def _known(asked: Assessment) -> dict[str, ScoreItem]:
    return {line: item for item in asked.items for line in item.lines or (item.id,)}


def _judged(asked: Assessment, given: Read) -> tuple[Mapping[str, Line], list[Row]]:
    faults = [Row(cell, message) for cell, message in given.faults]
    told = {cell for cell, _ in given.faults}
    for one in wrong_with(asked, given.lines):
        cell = given.cells.get(one.line, (None, None))[one.words]
        if cell is None or cell not in told:
            faults.append(Row(cell or one.line, one.message))
    return given.lines, faults


def _usual(plan: Plan, asked: Assessment, seat: str) -> str:
    return plan.governance.office if asked.by == "experts" else seat


def _entered(w: Workplace, asked: Assessment, seat: str, judge: Callable[[], tuple[Mapping[str, Line], list[Row]]], by: str,
             reason: str | None, entered: Entered, *, file: Path | None = None, content: bytes | None = None, name: str = ""
             ) -> SheetEntered:
    if seat not in seats_of(asked):
        known = seats_of(asked)
        raise UsageError(Text(f"{asked.name.to('zh')}没有席位 {seat!r}", f"{asked.id} has no seat {seat!r}"), where="seat",
                         todo=Text("可用：" + "、".join(known), "known: " + ", ".join(known)))
    with acting(w, acts.Act.SCORE, by) as (w, store):
        asked = w.plan.assessment(asked.id)
        _must_score(w, asked, seat, by)
        whose, (lines, faults) = seat_name(w.plan, asked, seat), judge()
        if faults:
            return SheetEntered(w.plan.id, asked.id, seat, whose, None, False, file, None, None, faults, (), None)
        before = [s for s in store.scores.sheets(w.plan.id, LATEST, asked.id) if s.seat == seat]
        if before and dict(before[-1].lines) == dict(lines) and seat not in score_in(with_all(w), store, asked).outdated:
            return _told(w, store, asked, before[-1], True, file, ())
        why = _why(asked, seat, reason, corrects=bool(before))
        sha256 = store.returns.land(content, name, w.now, "scores") if content is not None else None
        sheet = Sheet(asked.id, seat, len(before) + 1, dict(lines), by, w.now, why, sha256, **entered.of(w), **w.told_by)
        store.scores.add(w.plan.id, sheet)
        found = score_in(with_all(w), store, asked)
        opened = open_short(w, store, asked, found, by) if is_complete(w, asked, found) else ()
        return _told(w, store, asked, sheet, False, file, opened)


def with_all(w: Workplace) -> Workplace:
    """With all that is known, also what this transaction recorded."""
    return replace(w, known=LATEST)


def _why(asked: Assessment, seat: str, reason: str | None, *, corrects: bool) -> str | None:
    where = f"{asked.id}/{seat}"
    if corrects:
        return words_of(reason or "", where, Text("更正评分表须写理由", "a sheet that is corrected needs a reason"))
    if reason is not None:
        raise Refused(Text("第一次登记，不写更正理由", "it is entered for the first time: there is nothing to correct"),
                      where=where, todo=Text("去掉 --reason", "leave --reason out"))
    return None


def _must_score(w: Workplace, asked: Assessment, seat: str, by: str) -> None:
    name, allowed = w.plan.unit(by).name, scorers_of(w.plan, asked, seat)
    if by not in allowed:
        units = [w.plan.unit(u).name for u in allowed]
        raise NotAllowed(Text(f"{name.to('zh')}不登记这张评分表", f"{name.to('en')} does not enter this sheet"),
                         where=f"{asked.id}/{seat}",
                         todo=Text("由" + "、".join(u.to("zh") for u in units) + "登记",
                                   "entered by " + ", ".join(u.to("en") for u in units)))


def _told(w: Workplace, store: Store, asked: Assessment, sheet: Sheet, there: bool, file: Path | None, opened: Sequence[str]
          ) -> SheetEntered:
    seen = _seen(with_all(w), store, asked)
    mine = next(s for s in seen.sheets if (s.seat, s.version) == (sheet.seat, sheet.version))
    return SheetEntered(w.plan.id, asked.id, sheet.seat, mine.seat_name, sheet.version, there, file, sheet.sha256, mine.total, (),
                        opened, seen)


def conclude(w: Workplace, assessment: str, by: str) -> Concluded:
    """Opens what falls short as problems, whether all sheets are in or not; each once. By itself this happens when as many
    are in as a gate asks for, or all. Raises UsageError for an unknown assessment, NotAllowed for a unit that may not, Refused
    without a whole sheet."""
    with acting(w, acts.Act.SCORE, by) as (w, store):
        asked = w.plan.assessment(assessment)
        name, allowed = w.plan.unit(by).name, finders_of(w.plan)
        if by not in allowed:
            raise NotAllowed(Text(f"{name.to('zh')}不作初评结论", f"{name.to('en')} does not conclude it"), where=asked.id,
                             todo=Text("由" + "、".join(w.plan.unit(u).name.to("zh") for u in allowed) + "办理",
                                       "concluded by " + ", ".join(allowed)))
        found = score_in(w, store, asked)
        if found.unknown and found.filled:
            names = [item.name for item in asked.items if item.id in found.unknown]
            zh, en = ("、".join(n.to("zh") for n in names), ", ".join(n.to("en") for n in names))
            raise Refused(Text(f"按指标计算的{zh}没有可用的数，暂无总分", f"{en}: computed by an indicator that has no value, so "
                               "there is no total"), where=asked.id,
                          todo=Text(f"指标的数报来后再作结论：gaoxin score list {w.plan.id}",
                                    f"conclude it once the figures are in: gaoxin score list {w.plan.id}"))
        if found.total is None:
            raise Refused(Text(f"{asked.name.to('zh')}没有完整的评分表", f"{asked.id} has no whole sheet"), where=asked.id,
                          todo=Text("先登记评分表", "enter the sheets first"))
        opened = open_short(w, store, asked, found, by)
        return Concluded(w.plan.id, opened, _seen(with_all(w), store, asked))


class TemplateWritten(Answer):
    campaign: str
    assessment: str
    seat: str
    file: Path


def template_bytes(plan: Plan, assessment: str, seat: str) -> bytes:
    """An empty sheet of one seat. Raises UsageError for an unknown assessment or seat."""
    from gaoxin.scoring.workbook import write

    asked = plan.assessment(assessment)
    if seat not in seats_of(asked):
        raise UsageError(Text(f"{asked.name.to('zh')}没有席位 {seat!r}", f"{asked.id} has no seat {seat!r}"), where="seat",
                         todo=Text("可用：" + "、".join(seats_of(asked)), "known: " + ", ".join(seats_of(asked))))
    return write(plan, asked, seat)


def template(w: Workplace, assessment: str, seat: str, file: Path) -> TemplateWritten:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(template_bytes(w.plan, assessment, seat))
    return TemplateWritten(w.plan.id, assessment, seat, file)


def lines_of(plan: Plan, assessment: str, written: Sequence[str]) -> dict[str, Line]:
    """Lines as they are typed on a command line, LINE=VALUE or LINE=VALUE:WORDS. Raises UsageError for what is none."""
    known, found = _known(plan.assessment(assessment)), dict[str, Line]()
    for one in written:
        line, sign, rest = one.partition("=")
        value, _, words = rest.replace("：", ":").partition(":")
        item = known.get(line.strip())
        number = value_of(item, value) if item and sign else None
        if item and sign and number is None:
            raise UsageError(Text(NO_NUMBER(text=value).zh, NO_NUMBER(text=value).en), where=line,
                             todo=Text(f"改正分数：{line}=分数，如 {line}=10", f"mend the points: {line}=POINTS, as {line}=10"))
        if item is None or number is None:
            raise UsageError(Text(f"{one!r} 不是 编号=分数 或 编号=分数:说明", f"{one!r} is not LINE=VALUE or LINE=VALUE:WORDS"),
                             where=line, todo=Text("可用：" + "、".join(known), "known: " + ", ".join(known)))
        if line.strip() in found:
            raise UsageError(Text(_TWICE(line=line).zh, _TWICE(line=line).en), where=line,
                             todo=Text("只写一次", "give it once"))
        found[line.strip()] = Line(number, words.strip() or None)
    return found
