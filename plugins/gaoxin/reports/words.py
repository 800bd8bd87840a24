"""The words of reports for states and levels, in one language at a time."""

from datetime import date

from gaoxin.i18n import Text
from gaoxin.plan.forms import Severity
from gaoxin.quality.model import Outcome
from gaoxin.reports.model import Explained
from gaoxin.returns.model import Verdict

SEVERITIES = {Severity.ERROR: Text("错误", "error"), Severity.WARNING: Text("警告", "warning"),
              Severity.INFO: Text("提示", "information")}
OUTCOMES = {Outcome.PASSED: Text("通过", "passed"), Outcome.FAILED: Text("不通过", "failed"),
            Outcome.NOT_EVALUATED: Text("未评", "not evaluated")}
VERDICTS = {Verdict.ACCEPTED: Text("接收", "accepted"),
            Verdict.ACCEPTED_WITH_WARNINGS: Text("接收（有警告）", "accepted with warnings"),
            Verdict.REJECTED: Text("退回", "rejected"), None: Text("待审核", "to be judged")}
LEVELS = {0: Text("文件与结构", "file and structure"), 1: Text("单个数值", "single values"),
          2: Text("表内关系与历史", "within the unit: relations and history"), 3: Text("跨单位比对", "across units"),
          4: Text("跨部门比对", "across domains"), 5: Text("与公开资料比对", "against published sources")}


def how_it_stands(said: Explained, day: date, *, counts: bool) -> Text:
    """What became of an explanation by a day. counts: whether nothing was said of the same after it."""
    answer = said.answer
    if answer is None:
        return Text("待审核", "waits to be reviewed") if counts else Text("已由后来的说明取代", "replaced by a later explanation")
    at = f"{answer.at:%Y-%m-%d %H:%M}"
    zh, en = answer.by.to("zh"), answer.by.to("en")
    why = (f"：{answer.reason}", f": {answer.reason}") if answer.reason else ("", "")
    if answer.holds_until is None:
        return Text(f"{zh} 于 {at} 退回{why[0]}", f"sent back by {en} on {at}{why[1]}")
    over = ("，已过期", ", expired") if answer.holds_until < day else ("", "")
    return Text(f"{zh} 于 {at} 接受，有效至 {answer.holds_until}{over[0]}{why[0]}",
                f"accepted by {en} on {at}, holds until {answer.holds_until}{over[1]}{why[1]}")
