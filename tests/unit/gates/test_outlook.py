"""What is foreseen for a deadline beside returns and targets: tasks, rectifications, score sheets."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from gaoxin.gates.model import OpenRectification
from gaoxin.gates.outlook import OpenForeseen, outlook
from gaoxin.i18n import Text
from gaoxin.tasks.model import TaskHistory, TaskReport
from tests.unit.gates.gate_evidence import REHEARSAL
from tests.unit.gates.test_score_reached import scored  # noqa: F401  a fixture


def test_tasks_are_open_until_their_files_are_in_and_lag_behind_the_share_of_the_time(plan, make_evidence):
    day, launch = date(2024, 2, 20), plan.phases[0]
    told = TaskReport("survey", day, "committee", make_evidence(day).as_of, Decimal(10))
    found = outlook(plan, launch, make_evidence(day, deliverables=(), tasks={"survey": TaskHistory((told,))}))
    assert found.tasks == OpenForeseen(("survey",), (), ("survey",), ())
    assert "任务未了 1 项，其中逾期 0 项，欠序时进度 1 项" in [one.zh for one in found.told]
    assert outlook(plan, launch, make_evidence(day)).tasks.open == ()


def test_rectifications_that_the_gate_waits_for_are_named_late_or_beyond_its_deadline(plan, collection, make_evidence):
    deadline = collection.gate.deadline
    days = {"late": REHEARSAL - timedelta(1), "open": REHEARSAL, "last": deadline, "after": deadline + timedelta(1)}
    open_ = [OpenRectification(id, "launch", "work_done", "science", Text("补报", "hand in"), due) for id, due in days.items()]
    own = OpenRectification("own", "collection", "targets", "science", Text("补报", "hand in"), days["after"])
    found = outlook(plan, collection, make_evidence(REHEARSAL, rectifications=(*open_, own)))
    assert found.rectifications == OpenForeseen(("after", "last", "late", "open"), ("late",), (), ("after",))
    assert "整改未销号 4 项，其中逾期 1 项；期限晚于时限 2024-06-30 的 1 项，须提前办结" in [one.zh for one in found.told]


def test_sheets_that_the_gate_asks_for_and_that_are_missing(scored, make_evidence):  # noqa: F811
    found = outlook(scored, scored.phases[1], make_evidence(REHEARSAL, of=scored))
    assert (found.sheets, "专家初评还缺评分表 1 张" in [one.zh for one in found.told]) == ({"first": 1}, True)


def test_returns_that_targets_are_judged_by_fall_due_also_where_the_gate_asks_for_none(plan, make_evidence):
    application = plan.phase("application")
    assert not any(c.kind == "returns_complete" for c in application.gate.criteria)
    found = outlook(plan, application, make_evidence(date(2024, 7, 1), returns=()))
    assert (found.coming, found.first_due) == (3, date(2024, 7, 10))
