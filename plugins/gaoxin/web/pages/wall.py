"""The campaign's wall: where it stands, for operators and leaders. While it is played, the page follows by itself."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Response

from gaoxin.campaign import minding, overseeing, owing
from gaoxin.campaign.owing import MapCell, ReturnMap
from gaoxin.i18n import Text
from gaoxin.people.seeing import View
from gaoxin.web.asking import Ask, Asking, shows

router = APIRouter()

MONTH = r"^\d{4}-\d{2}$"
Month = Annotated[str | None, Query(pattern=MONTH)]

_LOOKS = {"overdue": ("bad", "✗"), "rejected": ("bad", "↩"), "due": ("warn", "!"), "received": ("unknown", "?"),
          "waiting": ("unknown", "◇"),
          "accepted": ("good", "✓"), "not_due": ("dim", "·")}
_COUNTED = {"overdue": Text("逾期 {}", "{} overdue"), "rejected": Text("退回 {}", "{} sent back"),
            "due": Text("待报 {}", "{} due"), "received": Text("待审 {}", "{} not judged"),
            "waiting": Text("已报送、待办公室处理 {}", "{} waiting for the office")}
_TITLE = Text("{unit} {month}：应报 {owed}，接收 {accepted}", "{unit} {month}: {owed} owed, {accepted} accepted")


@dataclass(frozen=True)
class Heat:
    """The map as charts/heat.j2 takes it. earlier: the last month before those shown; None where there is none."""

    rows: list[tuple[str, str, str]]
    columns: list[tuple[str, str]]
    cells: dict[tuple[str, str], tuple[str, str, str, str, bool]]
    earlier: str | None


@router.get("/{campaign}", dependencies=shows(View.WALL))
def wall(ask: Ask, campaign: str, until: Month = None) -> Response:
    """until: the last month of the map."""
    return _shown(ask, "wall.html.j2", until)


@router.get("/{campaign}/part/wall", dependencies=shows(View.WALL))
def wall_part(ask: Ask, campaign: str, since: str, until: Month = None) -> Response:
    """Nothing (204) while nothing was recorded since, and it is the same day."""
    if overseeing.mark(ask.workplace()) == since:
        return Response(status_code=204)
    return _shown(ask, "wall_part.html.j2", until)


@router.get("/{campaign}/returns", dependencies=shows(View.WALL))
def returns(ask: Ask, campaign: str, unit: str, month: Annotated[str, Query(pattern=MONTH)]) -> Response:
    """A cell of the map: what a unit owes for the periods that end in a month."""
    found = owing.returns_of(ask.workplace(), unit, month)
    return ask.show("returns_part.html.j2" if ask.partial else "returns.html.j2", found=found)


def _shown(ask: Asking, template: str, until: str | None) -> Response:
    w = ask.workplace()
    found = ask.reader.shown(overseeing.wall(w, until))
    waiting = minding.waiting(w) if ask.reader.sees(View.DESK, w.plan.governance.office) else None
    return ask.show(template, wall=found, heat=_heat(ask, found.map), until=until, waiting=waiting)


def _heat(ask: Asking, of: ReturnMap) -> Heat:
    names = {u.id: u.name.to(ask.lang) for u in ask.workplace().plan.units}
    desks = {u: ask.link("unit", u) if ask.reader.sees(View.DESK, u) else "" for u in of.units}
    opens = {u: ask.reader.sees(View.RETURN, u) for u in of.units}
    link = ask.link("returns", unit="UNIT", month="MONTH")  # made once: there are thousands of cells
    cells = {(c.unit, c.month): _cell(ask, c, names[c.unit], opens[c.unit], link) for c in of.cells}
    return Heat([(u, names[u], desks[u]) for u in of.units], [(m, m) for m in of.months], cells, of.earlier)


def _cell(ask: Asking, c: MapCell, unit: str, opens: bool, link: str) -> tuple[str, str, str, str, bool]:
    look, mark = _LOOKS[c.state]
    counts = {name: getattr(c, name) for name in _COUNTED}
    many = counts.get(c.state, 0)
    title = _TITLE.to(ask.lang).format(unit=unit, month=c.month, owed=c.owed, accepted=c.accepted)
    told = [title, *(_COUNTED[name].to(ask.lang).format(n) for name, n in counts.items() if n)]
    own = bool(c.return_id and opens)
    href = ask.link("return", c.return_id) if own else link.replace("UNIT", quote(c.unit)).replace("MONTH", c.month)
    return look, f"{mark}{many if many and c.owed > 1 else ''}", ("，" if ask.lang == "zh" else ", ").join(told), href, not own
