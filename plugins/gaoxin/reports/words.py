"""The words of reports for states and levels, in one language at a time."""

from gaoxin.i18n import Text
from gaoxin.plan.forms import Severity
from gaoxin.quality.model import Outcome
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
