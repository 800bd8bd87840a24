"""`gaoxin mapping …`: how a unit's own table is read, tried and drafted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from gaoxin import campaign as cases
from gaoxin.cli.arguments import argument, group, option
from gaoxin.cli.layout import Column, Layout, View, bold, line, rows, says
from gaoxin.cli.output import Answered, Session, asked

app = group("对照：单位自有的表怎样读作报表 / how a unit's own table is read")

_SHOWN = 200


def _counted(a: cases.mapping.Tried, v: View) -> str:
    without = sum(x.problem is not None and x.message is None for x in a.values)
    text = v.say(f"取 {a.taken} 个数{f'（其中 {without} 个按标记没有数值）' if without else ''}；不取 {len(a.left_out)} 格；"
                 f"待核定 {len(a.told)} 处。",
                 f"{a.taken} figures taken{f' ({without} of them none, by a mark)' if without else ''}; {len(a.left_out)} cells "
                 f"left out; {len(a.told)} things told.")
    if a.unfit:
        text += v.say("这份文件报来会被退回：引用、调用别处的内容由单位删去后再报。",
                      " The file would be sent back: let the unit take out what refers to, or calls, something else.")
    if not a.form_known:
        text += v.say(f"没有找到报表 {a.form}：计量单位和栏目只按表上的读。",
                      f" The form {a.form} is not known: units and fields are the table's.")
    if len(a.values) > _SHOWN:
        text += v.say(f"表中只列前 {_SHOWN} 个。", f" The first {_SHOWN} are listed.")
    return text


def _headings(a: cases.mapping.Tried, v: View) -> str | None:
    if not any(t.kind == "mapping_headings_changed" for t in a.told):
        return None
    return v.say("表头与对照不同：核对后用 --headings 得到现在的表头，写进对照并把 version 加一。",
                 "The headings differ: when checked, --headings gives those of now. "
                 "Write them into the mapping and raise its version.")


# Why there is no value (`mapping.Value.problem`).
_NONE = {"missing": ("没有数", "missing"), "below_smallest_unit": ("不足最小单位", "below the smallest unit"),
         "ambiguous": ("有歧义", "ambiguous"), "unreadable": ("读不了", "unreadable"), "no_day": ("没有日期", "no day")}

TRIED: Layout = (
    line(bold(lambda a, v: v.say(f"{v.plain(a.name)}（第 {a.version} 版）· {v.plain(a.file)}",
                                 f"{v.plain(a.name)} (version {a.version}) · {v.plain(a.file)}"))),
    rows(lambda a, v: a.values[:_SHOWN], Column("variable", lambda x, v: x.name or x.variable),
         Column("entity", "entity", optional=True),
         Column("period", "period"),
         Column("value", lambda x, v: x.value if x.value is not None else f"【{v.say(*_NONE[x.problem])}】", "right"),
         Column("unit of measure", "unit_of_measure"), Column("cell", lambda x, v: f"{x.sheet}!{x.cell}"), Column("raw", "raw",
                                                                                                                  "fold")),
    rows(lambda a, v: a.told[:_SHOWN], Column("cell", lambda x, v: f"{x.sheet}!{x.cell}" if x.cell else x.sheet or "—"),
         Column("what is wrong", "message", "fold")),
    line(_counted), line(_headings, style="yellow"),
)
_HEADINGS: Layout = (line(lambda a, v: "\n".join(f"headings: {list(h)}" for h in a.headings)),)
PROPOSED: Layout = (line("text"), line(says("# 待定 {to_decide} 处 / {to_decide} to decide", "# {to_decide} to decide")))


@app.command("try", help="看对照取到哪些数；不改任何东西 / what a mapping takes of a file; writes nothing")
@asked
def try_(session: Session, mapping: Annotated[Path, argument("MAPPING", "对照文件 / the mapping's file")],
         file: Annotated[Path, argument("FILE", "单位的文件 / the unit's file")],
         html: Annotated[Path | None, option("--html", "OUT", "另写一张取数图 / write a picture of the sheets too")] = None,
         headings: Annotated[bool, option("--headings", None, "只列现在的表头，供写进对照 / list the headings of now")] = False,
         campaign: Annotated[str | None,
                             option("--campaign", "CAMPAIGN",
                                    "哪项创建工作的报表；不写则看对照所在文件夹，再看唯一有此报表的 / whose form it is")] = None
         ) -> Answered:
    answer = cases.mapping.try_mapping(session.settings, mapping, file, campaign)
    if html is not None:
        cases.mapping.draw(answer, html, session.lang)
    return answer, _HEADINGS if headings else TRIED


@app.command("schema", help="输出编辑器用的 JSON Schema / print the JSON Schema for editors")
@asked
def schema(session: Session) -> Answered:
    from gaoxin.planning.authoring.schema import mapping_schema

    return mapping_schema(), ()


@app.command("propose", help="按表头起草一份对照，不确定的标【待定】 / draft a mapping of a file; what is unsure is marked")
@asked
def propose(session: Session, file: Annotated[Path, argument("FILE", "单位的文件 / the unit's file")],
            form: Annotated[str, option("--form", "F", "读作哪张报表 / the form")],
            unit: Annotated[str, option("--unit", "U", "哪个单位的文件 / the unit")],
            campaign: Annotated[str | None,
                                option("--campaign", "CAMPAIGN", "创建工作；报表只在一项里时可不写 / the campaign")] = None
            ) -> Answered:
    return cases.mapping.draft(cases.mapping.plan_with(session.settings, form, campaign), form, unit, file), PROPOSED
