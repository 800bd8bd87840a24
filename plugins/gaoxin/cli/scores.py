"""`gaoxin score …`: score sheets of pre-assessments, what they come to, and how experts differ."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from gaoxin import campaign as cases
from gaoxin.cli.arguments import ByOption, CampaignArgument, argument, group, must_be_files, option
from gaoxin.cli.entered import LateOption, OnOption, afterwards, unvouched
from gaoxin.cli.layout import Column, Layout, View, blank, bold, each, line, rows, says, state
from gaoxin.cli.output import Answered, Session, asked
from gaoxin.errors import UsageError
from gaoxin.i18n import Text
from gaoxin.unseen import kept_name

app = group("初评：评分表、得分、结论 / pre-assessments: score sheets and what they come to", lists=True)

AssessmentArgument = Annotated[str, argument("ASSESSMENT", "初评 / the assessment's id")]
SeatOption = Annotated[str, option("--seat", "SEAT", "专家席位号，或评分单位 / the number of an expert, or the unit")]
ReasonOption = Annotated[str | None, option("--reason", "TEXT", "更正理由；更正时必填 / why a sheet is corrected")]


def _points(value: object, v: View) -> str:
    return "—" if value is None else v.cell(value)


def _head(a: cases.scores.AssessmentSeen, v: View) -> str:
    passed = {None: "", True: v.say("，合格", ", passed"), False: v.say("，不合格", ", not passed")}[a.passed]
    needed = _points(a.pass_mark, v)
    mark = v.say(f"，合格分 {needed}", f", pass mark {needed}") if a.pass_mark is not None else ""
    total = _points(a.total, v)
    return v.say(f"{total} 分（满分 {_points(a.full, v)}{mark}）{passed}", f"{total} of {_points(a.full, v)}{mark}{passed}")


def _spread(a: cases.scores.AssessmentSeen, v: View) -> str | None:
    if a.spread is None:
        return None
    least, most, deviation = (_points(x, v) for x in (a.spread.least, a.spread.most, a.spread.deviation))
    how = v.cell(word_of(a.combine, v))
    return v.say(f"完整评分表 {a.whole} 张，{least} 至 {most} 分，标准差 {deviation}；{how}",
                 f"{a.whole} whole sheet(s), {least} to {most}, standard deviation {deviation}; {how}")


def word_of(combine: str, v: View) -> str:
    return {"mean": v.say("取平均", "their mean"), "median": v.say("取中位数", "their median"),
            "trimmed": v.say("去掉最高最低后平均，不足三份时为全部平均",
                             "their mean without the highest and the lowest, of fewer than three of all")}[combine]


def _lacking(a: cases.scores.AssessmentSeen, v: View) -> str | None:
    def seats(of: Iterable[str]) -> str:
        return v.listed([a.called[seat] for seat in of])

    def items(of: Iterable[str]) -> str:
        return v.listed([i.name for i in a.items if i.id in of])

    unfilled = [seat for seat in a.incomplete if seat not in a.outdated]
    told = [v.say("缺评分表：", "no sheet of: ") + seats(a.missing) if a.missing else None,
            v.say("未填完：", "not whole: ") + seats(unfilled) if unfilled else None,
            v.say("分值或评法已改，须重评：", "given for points that changed since, to be given anew: ") + seats(a.outdated)
            if a.outdated else None,
            v.say("偏离较大：", "lie apart: ") + seats(a.outliers) if a.outliers else None,
            v.say("指标无数：", "no value for: ") + items(a.unknown) if a.unknown else None,
            v.say("低于整改线而未开出整改（gaoxin score conclude）：", "fall short, and no rectification was opened "
                  "(gaoxin score conclude): ") + items(a.unopened) if a.unopened else None]
    return v.say("；", "; ").join(filter(None, told)) or None


def _sheet(s: cases.scores.SheetSeen, v: View) -> str:
    who = " ".join(filter(None, (v.unit_name(s.by), unvouched(s, v))))
    points = _points(s.total, v)
    total = (v.say(f"{points} 分", f"{points} points") if s.counts
             else v.say("已更正或席位已撤，不计", "corrected, or its seat is gone"))
    apart = v.say("，偏离较大", ", lies apart") if s.outlier else ""
    why = v.say(f"，更正：{s.reason}", f", corrected: {s.reason}") if s.reason else ""
    return v.say(f"{v.plain(s.seat_name)} 第 {s.version} 版 {total}{apart}（{v.cell(s.recorded_at)} {who} 登记{why}）",
                 f"{v.plain(s.seat_name)} version {s.version} {total}{apart} ({v.cell(s.recorded_at)} by {who}{why})")


def _words(i: cases.scores.ItemSeen, v: View) -> str | None:
    told = [f"{seat if seat.isdigit() else v.unit_name(seat)}{v.say('：', ': ')}{words}"
            for seat, words in i.words.items()] + ([v.plain(i.told)] if i.told else [])
    return v.say("；", "; ").join(told) or None


def _entered(a: cases.scores.SheetEntered, v: View) -> str:
    if a.faults:
        return v.say(f"评分表有 {len(a.faults)} 处问题，没有登记；改正后重新提交。",
                     f"{len(a.faults)} fault(s): nothing was recorded.")
    name = v.plain(a.seat_name)
    if a.there_before:
        return v.say(f"{name}的评分表与第 {a.version} 版相同，没有另登记。",
                     f"The sheet of {name} is as version {a.version} has it: not recorded again.")
    opened = v.say(f"；开出整改 {len(a.opened)} 项", f"; {len(a.opened)} problem(s) opened") if a.opened else ""
    if a.total is None:
        items = [i.name for i in a.score.items if i.id in a.score.unknown] if a.score else []
        return v.say(f"已登记{name}的评分表第 {a.version} 版；按指标计算的{v.listed(items)}尚无可用的数，暂无总分{opened}。",
                     f"Version {a.version} of the sheet of {name} is recorded; {v.listed(items)}, which indicators compute, has "
                     f"no value yet, so there is no total{opened}.")
    return v.say(f"已登记{name}的评分表第 {a.version} 版：{_points(a.total, v)} 分{opened}。",
                 f"Version {a.version} of the sheet of {name} is recorded: {_points(a.total, v)} points{opened}.")


def _concluded(a: cases.scores.Concluded, v: View) -> str:
    return v.say(f"初评得 {_points(a.score.total, v)} 分，开出整改 {len(a.opened)} 项。查看：gaoxin problems {a.campaign}",
                 f"{_points(a.score.total, v)} points, {len(a.opened)} problem(s) opened. See them: gaoxin problems {a.campaign}")


SCORES: Layout = (
    each("assessments", line(bold("id"), "name", _head), line(_spread, mark="  "), line(_lacking, mark="  ! "),
         rows("items", Column("item", "name"), Column("points", "points", "right"), Column("full points", "full", "right"),
              Column("least", "least", "right"), Column("most", "most", "right"),
              Column("state", lambda i, v: state(lambda _, __: "to_mend")(i, v) if i.below else None, optional=True),
              Column("words", _words, "fold", optional=True)),
         each("sheets", line(_sheet, afterwards(), mark="  ")), blank),
)
ENTERED: Layout = (rows("faults", Column("cell", "cell", "whole"), Column("what is wrong", "message", "fold")), line(_entered))
CONCLUDED: Layout = (line(_concluded),)
TEMPLATE: Layout = (line(says("已写出评分表 {file}。填好后：gaoxin score load {campaign} 文件",
                              "The sheet to fill in is {file}. Then: gaoxin score load {campaign} FILE")),)


@app.command("list", help="得分、离散、各评分表 / what assessments came to, and each sheet")
@asked
def list_(session: Session, campaign: CampaignArgument,
          assessment: Annotated[str | None, option("--assessment", "A", "只列一次初评 / one of them")] = None) -> Answered:
    return cases.scores.scores(session.workplace(campaign), assessment), SCORES


@app.command("template", help="生成一张评分表 / write the sheet of one seat")
@asked
def template(session: Session, campaign: CampaignArgument, assessment: AssessmentArgument, seat: SeatOption,
             file: Annotated[Path, option("-o --out", "FILE.xlsx", "写到哪个文件 / the file to write")]) -> Answered:
    if file.suffix.lower() != ".xlsx":
        raise UsageError(Text(f"模板只能写成 .xlsx：{file}", f"a template is an .xlsx file: {file}"), where="--out",
                         todo=Text("写以 .xlsx 结尾的文件名", "give a name that ends in .xlsx"))
    return cases.scores.template(session.workplace(campaign), assessment, seat, file), TEMPLATE


@app.command("load", help="登记填好的评分表 / record a sheet that was filled in")
@asked
def load(session: Session, campaign: CampaignArgument, file: Annotated[Path, argument("FILE", "评分表 / the workbook")],
         by: Annotated[str | None, option("--by", "UNIT", "登记单位；默认办公室或评分单位 / the unit that enters it")] = None,
         reason: ReasonOption = None, on: OnOption = None, late_reason: LateOption = None) -> Answered:
    must_be_files([file])
    w = session.workplace(campaign, acts=True)
    return cases.scores.load(w, file, cases.scans.evidence_of(file), kept_name(file.name), by and session.unit(by), reason,
                             cases.entering.Entered(on, late_reason)), ENTERED


@app.command("enter", help="登记一张评分表，逐行写 / record a sheet line by line")
@asked
def enter(session: Session, campaign: CampaignArgument, assessment: AssessmentArgument,
          written: Annotated[list[str], argument("LINE=VALUE[:WORDS]...", "编号=分数[:说明]，逐行 / each line of the sheet")],
          seat: SeatOption, by: ByOption, reason: ReasonOption = None, on: OnOption = None, late_reason: LateOption = None
          ) -> Answered:
    w = session.workplace(campaign, acts=True)
    lines = cases.scores.lines_of(w.plan, assessment, written)
    return cases.scores.enter(w, assessment, seat, lines, session.unit(by), reason,
                              cases.entering.Entered(on, late_reason)), ENTERED


@app.command("conclude", help="初评结论：不足的开出整改 / what falls short is opened to be made good")
@asked
def conclude(session: Session, campaign: CampaignArgument, assessment: AssessmentArgument, by: ByOption) -> Answered:
    return cases.scores.conclude(session.workplace(campaign, acts=True), assessment, session.unit(by)), CONCLUDED
