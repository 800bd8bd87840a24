"""What people do with a bulletin: write into it, comment on it, release it. What was released stays as it is."""

from __future__ import annotations

from datetime import datetime

from gaoxin.bulletins.due import cadences, is_bulletin, releasers, writers
from gaoxin.bulletins.model import Release, Said
from gaoxin.bulletins.texts import must_resolve, resolved, slot_of, typed
from gaoxin.campaign import bulletins, cadencing
from gaoxin.campaign.acting import acting, acts_as, did_before, must_be_apart
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.bulletins import Drafted, Held
from gaoxin.campaign.measuring import indicators_in
from gaoxin.campaign.reporting import written
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import words_of
from gaoxin.clock import local_day
from gaoxin.errors import Refused
from gaoxin.i18n import Text
from gaoxin.indicators.used import uses_of
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act, NotAllowed
from gaoxin.periods import Period
from gaoxin.reports.bulletin.files import Issued, rendered
from gaoxin.warehouse.engine import Store

LONGEST_NUMBER = 40  # characters of a bulletin's number
_IN_NUMBERS = frozenset("〔〕[]()（）- ")


class WordsTold(Answer):
    """slot: the place of the text; None of a comment. typed: figures in it that were typed, and do not come from the record."""

    campaign: str
    period: Period
    slot: str | None
    words: str
    by: str
    recorded_at: datetime
    account: str | None
    authenticated: bool | None
    typed: tuple[str, ...] = ()


class Released(Answer):
    """typed: figures in its texts that people typed."""

    campaign: str
    period: Period
    edition: int
    number: str
    files: tuple[str, ...]
    typed: tuple[str, ...]
    by: str
    recorded_at: datetime
    account: str | None
    authenticated: bool | None


def redraft(w: Workplace, period: Period, by: str, pages: str = "") -> Drafted:
    """Keeps a draft, or another edition of one; what was written into it stays. Raises as `bulletins.draft` does, and NotAllowed
    for a unit that writes none."""
    with acts_as(w, Act.WRITE, by) as w:
        _must_be_writer(w, by)
        return bulletins.draft(w, period, pages)


def write(w: Workplace, period: Period, slot: str, words: str, by: str) -> WordsTold:
    """Writes a place of its text; what was written last counts. Raises UsageError for an unknown place or placeholder, Refused
    for words that say nothing, and once it was released; NotAllowed for a unit that writes none."""
    with acting(w, Act.WRITE, by) as (w, store):
        _must_be_writer(w, by)
        held = _open(w, store, period)
        told = words_of(words, slot_of(slot), Text("没有写内容", "nothing is written"), lines=True,
                        todo=Text("写明内容", "write it"))
        must_resolve(told, held.frozen.figures)
        return _say(w, store, period, slot, told, by)


def comment(w: Workplace, period: Period, words: str, by: str) -> WordsTold:
    """Raises Refused for words that say nothing, and once it was released."""
    with acting(w, Act.COMMENT, by) as (w, store):
        _open(w, store, period)
        told = words_of(words, str(period), Text("没有写意见", "no comment is written"), lines=True,
                        todo=Text("写明意见", "write the comment"))
        return _say(w, store, period, None, told, by)


def _must_be_writer(w: Workplace, by: str) -> None:
    may, name = writers(w.plan), w.plan.unit(by).name
    if by not in may:
        raise NotAllowed(Text(f"{name.to('zh')}不编制、不撰写通报", f"{name.to('en')} neither composes nor writes bulletins"),
                         where=w.plan.id, todo=Text("由" + "、".join(w.plan.unit(u).name.zh for u in may) + "办理",
                                                    "done by " + ", ".join(may)))


def _say(w: Workplace, store: Store, period: Period, slot: str | None, words: str, by: str) -> WordsTold:
    said = Said(period, slot, words, w.plan.unit(by).id, w.now, **w.told_by)
    store.bulletins.say(w.plan.id, said)
    return WordsTold.of(said, campaign=w.plan.id, typed=typed(words) if slot else ())


def _open(w: Workplace, store: Store, period: Period) -> Held:
    held = bulletins.must_be_held(w, store, period)
    if held.release:
        raise Refused(Text(f"{period.said}的通报已发布（{held.release.number}），不再改动",
                           f"the bulletin of {period} was released ({held.release.number}): it stays as it is"), where=w.plan.id,
                      todo=Text("数据有更正的，由更正处理产生勘误", "a correction makes an erratum of it"))
    return held


def release(w: Workplace, period: Period, by: str, number: str = "") -> Released:
    """Releases the newest draft: its files are kept, and nothing of it changes any more. number: under which; the next of the
    year where left out. Raises NotAllowed for a unit or an account that may not, or that wrote its text; Refused where a text
    is missing or a figure of it was corrected since it was composed, for a number that is taken or cannot be one, and once it
    was released."""
    with acting(w, Act.RELEASE, by) as (w, store):
        held, unit = _open(w, store, period), w.plan.unit(by)
        _must_be_other(w, store, held, by)
        must_be_apart(w, store, Act.RELEASE)
        _must_be_whole(w, store, held)
        frozen = held.frozen
        told = given_number(number) or _number(w, store)
        if any(r.number == told for r in store.bulletins.releases(w.plan.id, w.known)):
            raise Refused(Text(f"{told} 已用过", f"{told} is taken"), where="--number",
                          todo=Text("另写一个文号，或不写，由系统编号", "give another, or none: it is numbered then"))
        made = rendered(frozen, held.texts, Issued(told, unit.name.zh, local_day(w.now)))
        files = written([(w.settings.reports / name, content) for name, content in made], ours=True)
        done = Release(period, held.draft.edition, told, {f.path.name: f.sha256 for f in files}, unit.id, w.now, **w.told_by)
        store.bulletins.release(w.plan.id, done)
        if (cadence := cadences(w.plan).get(period.periodicity)) and is_bulletin(cadence):
            cadencing.released(w, store, cadence, period, by, told)
        results, known_seq = indicators_in(w, store, period), store.ledger.known(w.known)
        uses = uses_of(w.plan, results)
        for used in frozen.used:
            store.uses.record(w.plan.id, "bulletin", f"{period}/{used.indicator}", used.value, uses[used.indicator], known_seq,
                              w.now, Period.parse(used.period))
        return Released.of(done, campaign=w.plan.id, files=tuple(done.files),
                           typed=tuple(dict.fromkeys(one for text in held.texts.values() for one in typed(text))))


def _must_be_other(w: Workplace, store: Store, held: Held, by: str) -> None:
    """Nobody releases what they wrote: another unit does, and another account."""
    wrote = {s.by for s in held.said if s.slot}
    allowed = releasers(w.plan)
    others = tuple(u for u in allowed if u not in wrote) or allowed
    name = w.plan.unit(by).name
    if by not in others:
        own = by in allowed
        raise NotAllowed(Text(f"{name.to('zh')}撰写了通报文字，不能自己发布" if own else f"{name.to('zh')}不能发布通报",
                              f"{name.to('en')} wrote its text: another releases it" if own else
                              f"{name.to('en')} may not release bulletins"), where=w.plan.id,
                         todo=Text("由" + "、".join(w.plan.unit(u).name.zh for u in others) + "发布",
                                   "released by " + ", ".join(others)))
    if did_before(w, store, EventKind.BULLETIN_WRITTEN, period=str(held.frozen.period)):
        raise NotAllowed(Text(f"账号 {w.actor.person} 撰写了通报文字，不能自己发布",
                              f"the account {w.actor.person} wrote its text: another releases it"), where=w.plan.id,
                         todo=Text("由另一账号发布", "let another account release it"))


def _must_be_whole(w: Workplace, store: Store, held: Held) -> None:
    frozen = held.frozen
    if names := bulletins.missing(held):
        raise Refused(Text("通报文字未写：" + "、".join(names), "texts to be written: " + ", ".join(names)), where=frozen.period,
                      todo=Text("先在本期通报页面点“改写”逐项写好（命令行用 bulletin text），再发布",
                                "write them on this bulletin's page first (Write…; at the command line: bulletin text), then "
                                "release it"))
    if unknown := sorted({name for text in held.texts.values() for name in resolved(text, frozen.figures).unknown}):
        raise Refused(Text("文字中的数据本稿没有：" + "、".join(unknown), "figures in its text that this draft has not: "
                           + ", ".join(unknown)), where=frozen.period, todo=Text("改写文字", "write the text anew"))
    if changed := bulletins.changed_since(w, store, frozen):
        raise Refused(Text("起草后数据有变化：" + "；".join(f"{r.name.to('zh')} {old} → {new or '—'}" for r, old, new in changed),
                           "figures changed since it was composed: " + "; ".join(
                               f"{r.name.to('en')} {old} → {new or '—'}" for r, old, new in changed)), where=frozen.period,
                      todo=Text(f"重新编制后再发布：gaoxin bulletin draft {w.plan.id} {frozen.period}",
                                f"build it anew: gaoxin bulletin draft {w.plan.id} {frozen.period}"))


def given_number(number: str) -> str:
    """A bulletin's number as somebody gave it: letters, figures and the brackets of official documents, on one line; "" where
    none was given. It stays for good: Refused for what can be none."""
    given = number.strip()
    wrong = "".join(dict.fromkeys(c for c in given if not (c.isalnum() or c in _IN_NUMBERS)))
    shown = "、".join(f"“{c}”" if c.isprintable() and not c.isspace() else f"U+{ord(c):04X}" for c in wrong)
    if len(given) > LONGEST_NUMBER:
        amiss = Text(f"文号太长：{len(given)} 字，最多 {LONGEST_NUMBER} 字",
                     f"the number is too long: {len(given)} characters, at most {LONGEST_NUMBER}")
    elif wrong:
        amiss = Text(f"文号里不能有 {shown}" + ("（换行等控制字符）" if any(not c.isprintable() for c in wrong) else ""),
                     f"a number holds no {shown}" + (" (line breaks and control characters)" if any(
                         not c.isprintable() for c in wrong) else ""))
    elif given and not any(c.isalnum() for c in given):
        amiss = Text(f"“{given}”不是文号", f"{given!r} is no number")
    else:
        return " ".join(given.split())
    raise Refused(amiss, where="--number",
                  todo=Text("写汉字、字母、数字、〔〕[]()（）- 和空格，如 开督〔2020〕3号；发布后不能再改",
                            "write letters, figures, 〔〕[]()（）- and blanks, such as 开督〔2020〕3号: once released it stays"))


def _number(w: Workplace, store: Store) -> str:
    year = local_day(w.now).year
    many = sum(local_day(r.recorded_at).year == year for r in store.bulletins.releases(w.plan.id, w.known))
    taken = {r.number for r in store.bulletins.releases(w.plan.id, w.known)}
    return next(told for n in range(many + 1, many + len(taken) + 2) if (told := f"督查通报〔{year}〕{n}号") not in taken)
