"""The figures of a bulletin that stand within its text, the method by which units are ranked, and its charts."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from gaoxin import links
from gaoxin.clock import local_day
from gaoxin.indicators.model import IndicatorResult, Way
from gaoxin.reports.bulletin.model import Snapshot
from gaoxin.reports.documents.blocks import Bar, Chart, shown
from gaoxin.reports.dossier.application import date_zh
from gaoxin.reports.dossier.figures import said_zh

_LONGEST = Decimal("1.5")  # shares beyond are drawn as this: the bar tells its figure
_METHODS = {
    "in_order": "按“按期完成率”排名：应报报表（含以前各期至今未报、退回未改的）按期接收、有期限的任务按期完成或不欠序时、"
                "到期分解指标达标、到期整改按期销号，各计一项，以前各期未办结的逾期任务继续计入；任务计入牵头单位，没有牵头单位的计入各责任单位；"
                "按期完成率为其中做到的项数占可判断项数的比例。尚不能判断的事项不计；等待他人的时间不计入："
                "只因等待而迟的视同按期，正在等待的尚不判断。",
    "progress": "按“任务平均进度”排名：各单位牵头的任务（没有牵头单位的，各责任单位均计）最近一次报告的完成百分比的平均数，"
                "已销号的计 100%，暂缓的不计。",
}


def percent_of(share: Fraction) -> str:
    return f"{shown(round(Decimal(share.numerator) / share.denominator * 100, 1))}%"


def percent(share: Decimal | None) -> str | None:
    return None if share is None else f"{shown(round(share * 100, 1))}%"


def method(s: Snapshot) -> str:
    """How units are ranked, in full."""
    compared = f"名次与{s.compared}通报比较。" if s.compared else "此前没有发布过同类通报，名次不作比较。"
    return (f"{_METHODS[s.measured]}比例相同的名次并列，其后名次相应空出。没有可判断事项或没有报告数据的单位不参加排名，"
            f"不作推测。{compared}")


def placed(s: Snapshot) -> dict[str, str]:
    """By the placeholder that stands for it in a text."""
    rows = [r for r in s.returns if r.period.end >= s.period.start]
    found = {
        "period": s.period.said, "as_of": date_zh(local_day(s.stood.as_of)), "count:indicators": str(len(s.indicators)),
        "count:met": str(sum(r.status in ("met", "met_late") for r in s.indicators)), "count:lagging": str(len(s.lagging)),
        "count:tasks": str(len(s.plan.tasks)), "count:overdue": str(len(s.overdue)), "count:returns": str(len(rows)),
        "count:in_time": str(s.in_time),
        "count:rectifications": str(sum(r.closed_at is None for r in s.rectifications)),
    }
    for r in s.indicators:
        found |= of_indicator(r, s.ways.get(r.id), s.words)
    for p in s.ranked.placed:
        found |= {f"rank:{p.unit}": f"第 {p.place} 名", f"score:{p.unit}": percent_of(p.score.share)}
    return found


def of_indicator(r: IndicatorResult, way: Way | None, words: Mapping[str, str]) -> dict[str, str]:
    """What is told of an indicator, by the same placeholder. words: of each status."""
    told = {"indicator": None if r.value is None else f"{shown(r.value)} {said_zh(r.unit)}".rstrip(),
            "completion": percent(r.completion), "path": percent(way.share) if way else None, "status": words[r.status]}
    return {f"{kind}:{r.id}": text for kind, text in told.items() if text}


def leads(s: Snapshot) -> dict[str, str]:
    """By the same placeholder where it is followed to; nothing where the pages' address is not known."""
    if not s.stood.pages:
        return {}
    return {name: links.at(s.stood.pages, page) for name in placed(s) if (page := _page(s, *name.split(":", 1)))}


def _page(s: Snapshot, kind: str, of: str = "") -> str | None:
    campaign, as_of = s.stood.campaign, s.stood.as_of
    if kind in ("indicator", "completion", "path", "status"):
        return links.indicator_page(campaign, of, as_of)
    if kind in ("rank", "score"):
        return links.desk_page(campaign, of, as_of)
    parts = {"tasks": "tasks", "overdue": "burden", "rectifications": "problems", "indicators": "indicators", "met": "indicators",
             "lagging": "indicators"}
    return links.part_page(campaign, parts.get(of, ""), as_of) if kind == "count" else None


def progress_chart(s: Snapshot) -> Chart | None:
    """Of indicators with a completion: how far they are, and where the plan's path stands, as a share of the target."""
    bars = []
    for r in s.indicators:
        if r.completion is None or r.completion < 0:
            continue
        way = s.ways.get(r.id)
        mark = r.completion * way.path.asked / way.path.value if way and way.share and way.path.value > 0 else None
        bars.append(Bar(r.name.to("zh"), _drawn(r.completion), None if mark is None else _drawn(mark),
                        percent(r.completion) or "", way.kept if way else True if r.status in ("met", "met_late") else None))
    return Chart("指标完成率", tuple(bars), "竖线为序时应达" if any(b.mark is not None for b in bars) else "") if bars else None


def rank_chart(s: Snapshot) -> Chart | None:
    bars = tuple(Bar(f"{p.place}　{s.unit(p.unit)}", round(1000 * p.score.share / Fraction(_LONGEST)), None,
                     percent_of(p.score.share), None) for p in s.ranked.placed)
    return Chart("各单位" + ("任务平均进度" if s.measured == "progress" else "按期完成率"), bars) if bars else None


def _drawn(share: Decimal) -> int:
    return round(1000 * min(max(share, Decimal(0)), _LONGEST) / _LONGEST)
