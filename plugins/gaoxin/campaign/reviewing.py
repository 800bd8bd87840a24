"""A return is sent back by a person (退回修改), who says why and on which cell; and that is taken back again.

The version stands rejected from then on, whatever the rules say of it, until a newer one is accepted. Figures of it that are in
force stay so until then: a figure is never taken away, it is corrected (docs/decisions/082).
"""

from datetime import date, datetime

from gaoxin.campaign.acting import acting, must_be_apart
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.grids import sheet_named
from gaoxin.campaign.mending import mend_by
from gaoxin.campaign.showing import book_in, place_of, unit_in
from gaoxin.campaign.workplace import Workplace
from gaoxin.campaign.writing import words_of
from gaoxin.clock import LATEST, local_day
from gaoxin.containers.model import address, row_and_column
from gaoxin.errors import Refused, UsageError
from gaoxin.i18n import Text
from gaoxin.people.acts import Act, NotAllowed
from gaoxin.people.seeing import could_do
from gaoxin.plan.model import Plan
from gaoxin.quality.review import beside, of_people, sent_back
from gaoxin.quality.verdict import verdict_of
from gaoxin.returns.model import Verdict
from gaoxin.warehouse.engine import Store
from gaoxin.warehouse.stored import StoredReturn


class SentBack(Answer):
    """by: the unit that sent it back. place: SHEET!CELL, None where it is about the whole. in_force: whether its figures are
    used until a newer version takes their place. due: the day by which it is to be corrected; None where the plan asks for no
    such return any more."""

    campaign: str
    return_id: str
    by: str
    because: str
    place: str | None
    at: datetime
    in_force: bool
    due: date | None
    account: str | None
    authenticated: bool | None


class TakenBack(Answer):
    """verdict: what the rules alone say, which counts again."""

    campaign: str
    return_id: str
    by: str
    because: str
    verdict: Verdict
    at: datetime
    account: str | None
    authenticated: bool | None


def reviewers_of(plan: Plan, unit: str) -> list[str]:
    """The units that may send a return of a unit back: never itself."""
    g = plan.governance
    return [u for u in dict.fromkeys((g.office, g.supervision)) if u and u != unit]


def send_back(w: Workplace, return_id: str, because: str, cell: str | None = None, by: str | None = None) -> SentBack:
    """Has a unit correct an accepted version. cell: SHEET!CELL, or a cell of the data sheet. by: the office or supervision; None:
    as which of these whoever acts may. Raises UsageError for an unknown return, a cell that is none or a sheet that the file does
    not have; NotAllowed for a unit or an account without that role, or that handed it in; Refused for words that say nothing,
    and for a version that is not judged, does not count any more or was rejected by the rules."""
    by = by or _as_whom(w, return_id)
    with acting(w, Act.SEND_BACK, by) as (w, store):
        stored = _found(w, store, return_id)
        _must_be_reviewer(w, store, stored, by)
        said = words_of(because, return_id, Text("退回须写明要改什么", "say what is to be corrected"),
                        todo=Text("写明要改什么", "say what is to be corrected"))
        sheet, where = _place(store, stored, cell) if cell else (None, None)
        _must_not_be_replaced(store, stored)
        if stored.verdict is None:
            raise Refused(Text("这一版还没有校核", "this version is not checked yet"), where=return_id,
                          todo=Text("校核后再退回", "send it back once it is"))
        if stored.verdict is Verdict.REJECTED and not of_people(store.returns.findings(return_id)):
            raise Refused(Text("这一版已被规则退回", "the rules rejected this version already"), where=return_id,
                          todo=Text("等单位改正重报", "the unit corrects it anyway"))
        told = sent_back(w.plan.unit(by).name, said, w.told_by["account"], w.now, sheet, where)
        store.reviews.send_back(stored, told, by, said, w.now, w.under)
        form = next((f for f in w.plan.forms if f.id == stored.key.form), None)
        due = mend_by(w.plan, w.due(stored.key), local_day(w.now)) if form else None
        return SentBack(w.plan.id, return_id, by, said, f"{sheet}!{where}" if where else None, w.now,
                        stored.loaded_at is not None, due, **w.told_by)


def take_back(w: Workplace, return_id: str, because: str, by: str | None = None) -> TakenBack:
    """Everything that people sent a version back for is withdrawn. Raises as `send_back` does, and Refused for one that nobody
    sent back."""
    by = by or _as_whom(w, return_id)
    with acting(w, Act.SEND_BACK, by) as (w, store):
        stored = _found(w, store, return_id)
        _must_be_reviewer(w, store, stored, by)
        said = words_of(because, return_id, Text("撤回退回须写理由", "taking it back needs a reason"))
        _must_not_be_replaced(store, stored)
        found = store.returns.findings(return_id)
        if not of_people(found):
            raise Refused(Text("这一版没有被人工退回", "nobody sent this version back"), where=return_id,
                          todo=Text("规则判定的退回不能撤回：改正后重报", "what rules rejected is corrected and handed in again"))
        verdict = verdict_of(beside((), found))
        store.reviews.take_back(stored, verdict, by, said, w.now, w.under)
        return TakenBack(w.plan.id, return_id, by, said, verdict, w.now, **w.told_by)


def _found(w: Workplace, store: Store, return_id: str) -> StoredReturn:
    for item in store.returns.all(w.plan.id, LATEST, return_id=return_id):
        return item
    raise UsageError(Text(f"本创建工作没有报送 {return_id!r}", f"this campaign has no return {return_id!r}"), where="return_id",
                     todo=Text("用 gaoxin returns status 查看编号", "see the ids with gaoxin returns status"))


def _as_whom(w: Workplace, return_id: str) -> str:
    """The first of those that may, as which whoever acts could."""
    units = reviewers_of(w.plan, unit_in(w.plan, return_id))
    return next((u for u in units if could_do(w.accounts, w.actor, Act.SEND_BACK, w.plan, u)),
                next(iter(units), w.plan.governance.office))


def _must_be_reviewer(w: Workplace, store: Store, stored: StoredReturn, by: str) -> None:
    units, name = reviewers_of(w.plan, stored.key.unit), w.plan.unit(by).name
    if by not in units:
        raise NotAllowed(Text(f"{name.to('zh')}不能退回这份报表", f"{name.to('en')} may not send this return back"),
                         where=stored.return_id,
                         todo=Text("由" + ("、".join(w.plan.unit(u).name.zh for u in units) or "督查单位（方案未指定）") + "办理",
                                   "done by " + (", ".join(units) or "supervision, which the plan does not name")))
    must_be_apart(w, store, Act.SEND_BACK, stored.key.unit)


def _must_not_be_replaced(store: Store, stored: StoredReturn) -> None:
    """Neither by a version in force, nor by one that was accepted and is about to be."""
    key = stored.key
    others = store.standing.of_unit(key.campaign, key.unit, [key.form], LATEST, key.period)
    newer = [o.version for o in others if o.version > stored.version
             and (o.loaded_at or o.verdict not in (None, Verdict.REJECTED))]
    if newer:
        raise Refused(Text(f"这一版已由第 {max(newer)} 版取代", f"version {max(newer)} has taken its place"),
                      where=stored.return_id, todo=Text("查看新的一版", "look at the newer one"))


def _place(store: Store, stored: StoredReturn, cell: str) -> tuple[str, str | None]:
    """The sheet by the name that it has in the file, and the cell."""
    sheet, where = place_of(cell, None)
    book = book_in(store, stored)[0]
    if book is None:
        return sheet, where
    if (found := sheet_named(book, sheet)) is None:
        raise UsageError(Text(f"文件里没有工作表 {sheet!r}", f"the file has no sheet {sheet!r}"), where="cell",
                         todo=Text("可用：" + "、".join(book.sheets), "there are: " + ", ".join(book.sheets)))
    row, column = row_and_column(where or "") or (0, 0)
    last, width = len(found.rows), max((len(cells) for cells in found.rows), default=0)
    if row > last + 1 or column > width:  # a line that is missing may be meant
        end = address(max(last, 1), max(width, 1))
        raise UsageError(Text(f"工作表 {found.name} 到 {end} 为止，没有 {where}",
                              f"sheet {found.name} ends at {end}: there is no {where}"), where="cell",
                         todo=Text("写表内的单元格，或不写", "name a cell within it, or none"))
    return found.name, where
