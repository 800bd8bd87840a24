"""The text of a bulletin: what the record says, each figure with where it is followed to, and the places that people write."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from gaoxin.bulletins.texts import SLOTS
from gaoxin.clock import local_day
from gaoxin.indicators.model import IndicatorResult
from gaoxin.reports.bulletin import figures, tables
from gaoxin.reports.bulletin.frozen import Frozen, Part, Slot, Used, plain
from gaoxin.reports.bulletin.model import Snapshot
from gaoxin.reports.documents.blocks import Heading, Paragraph, Piece, Table, said, shown
from gaoxin.reports.dossier.application import date_zh
from gaoxin.reports.dossier.figures import said_zh
from gaoxin.returns.model import ReturnState
from gaoxin.tasks.wording import status_told

_STATUSES = ("met", "met_late", "on_track", "at_risk", "off_track", "since_lost", "unknown")

_LINE = 19  # characters of a title that a line has room for


def composed(s: Snapshot) -> Frozen:
    """Frozen as of the snapshot's time."""
    g, stood = s.plan.governance, s.stood
    return Frozen(
        campaign=stood.campaign, period=str(s.period), as_of=stood.as_of, known_seq=stood.known_seq, ledger=stood.head or "",
        plan=f"{stood.plan_version or ''}:{stood.plan_hash}", program=stood.program, author=s.unit(g.office),
        issuer=s.unit(g.supervision or g.office), title=_title(s), head=_marks(s),
        parts=tuple(_titled(_parts(s))), figures=figures.placed(s), leads=figures.leads(s),
        used=tuple(Used(r.id, str(r.figure_of), r.figure) for r in s.indicators
                   if r.figure and r.figure_of), places=s.ranked.places)


def _titled(parts: Iterable[Part]) -> Iterator[Part]:
    """Tables are numbered through."""
    number = 0
    for part in parts:
        if isinstance(part, Table):
            number += 1
            part = replace(part, title=f"表 {number}　{part.title}")
        yield plain(part)


def _title(s: Snapshot) -> str:
    """In lines that do not part words, as far as that can be told: a long name is parted before what it is about."""
    head, name = f"关于{s.plan.name.zh}", s.plan.name.zh
    if len(head) > _LINE and 0 < (at := name.find("创建")) <= _LINE:
        head = f"关于{name[:at]}\n{name[at:]}"
    return f"{head}\n{s.period.said}进展情况的通报"


def _marks(s: Snapshot) -> str:
    return "　".join([*(["演练材料，数据虚构"] if s.stood.drill else []), *(["含示例数据"] if s.stood.sample else [])])


def _parts(s: Snapshot) -> Iterator[Part]:
    yield Paragraph((f"{_whom(s)}：",), flush=True)
    yield from _overall(s)
    yield from _indicators(s)
    yield from _units(s)
    yield from _tasks(s)
    yield from _overdue(s)
    yield from _quality(s)
    yield from _mended(s)
    yield from _consequences(s)
    yield Heading(1, SLOTS["analysis"].zh)
    yield Slot("analysis")
    yield Heading(1, SLOTS["next"].zh)
    yield Slot("next")
    yield Heading(1, "编制说明")
    yield from _how(s)


def _whom(s: Snapshot) -> str:
    return "、".join([*([s.unit(s.plan.governance.leading_group)] if s.plan.governance.leading_group else []), "各责任单位"])


def _overall(s: Snapshot) -> Iterator[Part]:
    day = date_zh(local_day(s.stood.as_of))
    yield Paragraph((f"根据《{s.plan.document.title}》", f"（{s.plan.document.number}）" if s.plan.document.number else "",
                     f"，现将{s.period.said}进展情况通报如下。数据截至{day}。"))
    if s.late:
        yield said(f"本期通报应于{date_zh(s.due or local_day(s.stood.as_of))}编制，实际晚 {s.late} 天补编，"
                   f"以下均为补编时的情况。")
    yield Heading(1, SLOTS["overall"].zh)
    yield Slot("overall")
    if s.empty:
        yield said("截至编制时，没有收到报送数据，也没有任务进展、整改、豁免和延期的记录，本期没有可通报的进展。")
    yield said("".join(_sums(s)))


def _sums(s: Snapshot) -> Iterator[str]:
    counts = Counter(str(r.status) for r in s.indicators)
    if s.indicators:
        told = "，".join(f"{s.words[name]} {counts[name]} 项" for name in _STATUSES if counts[name])
        yield f"指标 {len(s.indicators)} 项：{told}。"
        if s.ways:
            yield f"有序时进度可比的 {len(s.ways)} 项，达到的 {sum(w.kept for w in s.ways.values())} 项。"
    else:
        yield "方案没有以数值衡量的指标。"
    if s.plan.tasks:
        states = Counter(status_told(s.tasks[t.id]).to("zh") for t in s.plan.tasks)
        yield f"任务 {len(s.plan.tasks)} 项：{'，'.join(f'{name} {many} 项' for name, many in states.items())}。"
    rows = [r for r in s.returns if r.period.end >= s.period.start]
    if rows:
        accepted = [r for r in rows if r.state is ReturnState.ACCEPTED]
        yield f"本期到期报表 {len(rows)} 份，按期接收 {s.in_time} 份，迟报接收 {len(accepted) - s.in_time} 份。"
        before = sum(r.period.end < s.period.start for r in s.returns)
        yield f"以前各期至今未收齐的报表 {before} 份。" if before else ""
    else:
        yield "本期没有到期的报表。"
    open_ = sum(r.closed_at is None for r in s.rectifications)
    yield f"未销号整改 {open_} 项；逾期事项 {len(s.overdue)} 项。"


def _indicators(s: Snapshot) -> Iterator[Part]:
    yield Heading(1, "指标完成情况")
    if not s.indicators:
        yield said("方案没有以数值衡量的指标。")
        return
    yield Heading(2, "完成进度")
    yield tables.indicator_table(s)
    if chart := figures.progress_chart(s):
        yield chart
    if any(r.quotas for r in s.indicators):
        yield Heading(2, "分解到单位的指标")
        yield tables.quota_table(s)
    yield Heading(2, "滞后指标及原因")
    if not s.lagging:
        yield said("没有判定为滞后的指标。无法评估的指标不计为达标，也不计为滞后。")
    for r in s.lagging:
        yield from _lagging(s, r)


def _lagging(s: Snapshot, r: IndicatorResult) -> Iterator[Part]:
    indicator = s.plan.indicator(r.id)
    way = s.ways.get(r.id)
    told: list[Piece] = [f"目标{r.target.to('zh')}"]
    if r.value is not None:
        told.append(f"，{r.period.said if r.period else '现状'}为 ")
        told.append(tables.leading(s, r.id, f"{shown(r.value)} {said_zh(r.unit)}".rstrip()))
    if r.part:
        told += ["，", tables.leading(s, r.id, r.part.told.to("zh"))]
    if way and not way.kept:
        told.append(f"，{way.path.on} 序时应达 {shown(way.path.asked)} {said_zh(r.unit)}".rstrip())
    pieces: list[Piece] = [f"{r.name.to('zh')}（{s.unit(s.plan.answerable(indicator))}）：", *told, f"，{s.words[r.status]}。"]
    causes = s.causes.get(r.id, ())
    pieces += [f"{s.unit(c.unit)}在{c.where}中称：“{c.words.rstrip('。')}”。" for c in causes]
    if not causes:
        pieces.append("责任单位没有说明原因。")
    yield Paragraph(tuple(pieces))


def _units(s: Snapshot) -> Iterator[Part]:
    yield Heading(1, "各单位完成情况及排名")
    yield Heading(2, "完成情况")
    yield tables.unit_table(s)
    yield Heading(2, "排名")
    yield said(figures.method(s))
    yield tables.rank_table(s)
    if chart := figures.rank_chart(s):
        yield chart
    for unit, why in s.ranked.unranked.items():
        yield Paragraph((f"{s.unit(unit)}：{why.to('zh')}，不参加排名。",), note=True)


def _tasks(s: Snapshot) -> Iterator[Part]:
    yield Heading(1, "重点任务进展")
    if not s.plan.tasks:
        yield said("方案没有以成果了结的任务。")
        return
    yield tables.task_table(s)


def _overdue(s: Snapshot) -> Iterator[Part]:
    yield Heading(1, "逾期事项")
    if not s.overdue:
        yield said("没有逾期事项。")
        return
    yield tables.overdue_table(s)


def _quality(s: Snapshot) -> Iterator[Part]:
    yield Heading(1, "数据质量")
    if not s.forms:
        yield said("本期没有到期的报表，不评数据质量。")
        return
    yield tables.quality_table(s)


def _mended(s: Snapshot) -> Iterator[Part]:
    yield Heading(1, "整改、豁免和延期")
    if not (s.rectifications or s.waivers or s.extensions):
        yield said("本期没有整改、豁免和延期。")
        return
    for name, table in (("整改", tables.rectification_table(s)), ("豁免", tables.waiver_table(s)),
                        ("延期", tables.extension_table(s))):
        yield Heading(2, name)
        if table.rows:
            yield table
        else:
            yield said(table.empty)


def _consequences(s: Snapshot) -> Iterator[Part]:
    yield Heading(1, "表扬和批评")
    yield Slot("praise")
    if not s.proposals:
        yield said("方案没有规定奖惩。")
    for one, proposal in s.proposals:
        basis = f"方案规定：{one.when.zh}的，{one.then.zh}（{one.source.place}）。"
        if proposal is None:
            yield said(f"{basis}方案没有可据以计算的规则，由领导小组决定。")
        elif proposal.why is not None:
            yield said(f"{basis}{proposal.why.to('zh')}。")
        else:
            named = "、".join(map(s.unit, proposal.units)) or "没有单位符合"
            lacking = f"{'、'.join(map(s.unit, proposal.untold))}名次不全，无法判断。" if proposal.untold else ""
            yield said(f"{basis}按历年年度通报名次，{'建议对象：' if proposal.units else ''}{named}，由领导小组决定。{lacking}")


def _how(s: Snapshot) -> Iterator[Part]:
    stood = s.stood
    yield said("本通报的数据由同一时点的记录生成，不由人工填写；各项数据可按链接追溯到报送的单元格。")
    yield Paragraph((f"编制时点 {stood.as_of:%Y-%m-%d %H:%M}（北京时间）；账本第 {stood.known_seq} 条"
                     f"{f'（{stood.head[:16]}…）' if stood.head else ''}；方案第 {stood.plan_version or '—'} 版。",), note=True)
    yield Paragraph(("序时应达：自文件所载基数（或上一期约束性目标）到下一期目标按天数直线推算，取数值所属时点；"
                     "年内累计的指标按已过月份占全年的比例推算。"
                     "没有基数、没有期限或目标不是数值的，不推算。",), note=True)
    yield Paragraph(("逾期用时按期限后的工作日计；等待模板、答复、审核、复查、销号、对照更新和办公室停止计时的工作日单列，"
                     "不计入本单位用时，也不计迟报。",), note=True)
