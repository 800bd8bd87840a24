"""The calendar: steps before the document, outside their stage, overlapping or leaving gaps."""

from __future__ import annotations

from gaoxin.i18n import Message
from tests.unit.planning.check.checked_plans import found, subjects, the


def stage(name, starts, ends):
    return {"id": name, "name": f"分段{name}", "starts": starts, "ends": ends, "source": f"三 {name}"}


def stages(*given, of=None):
    def edit(data):
        data["stages"] = [stage(*g) for g in given]
        for phase, name in (of or {}).items():
            the(data, "phases", phase)["stage"] = name
    return edit


def dates(phase, **fields):
    return lambda data: the(data, "phases", phase).update(fields)


def issued(day):
    return lambda data: data["document"].update(issued=day)


def gate(phase, deadline):
    return lambda data: the(data, "phases", phase)["gate"].update(deadline=deadline)


def test_a_phase_outside_its_stage_is_told_with_both_places():
    [finding] = found("step_outside_stage", stages(("first", "2024-01", "2024-05"), of={"collection": "first"}))
    assert (finding.subject, finding.sources) == ("phases.collection", ("三 first", "三2"))


def test_a_phase_within_its_stage_is_left_alone():
    assert subjects("step_outside_stage", stages(("first", "2024-03", "2024-06"), of={"collection": "first"})) == []


def test_a_task_due_before_its_phase_begins():
    early = [lambda data: the(data, "tasks", "dossier").update(due="2024-06")]
    assert subjects("step_outside_stage", *early) == [("warning", "tasks.dossier")]
    assert subjects("step_outside_stage") == []


def test_a_task_due_after_its_gate_is_told_once():
    late = [lambda data: the(data, "tasks", "survey").update(due="2024-04")]
    assert subjects("task_due_after_gate", *late) == [("warning", "tasks.survey")]
    assert subjects("step_outside_stage", *late) == []


def test_a_step_before_the_document_names_the_documents_date_too():
    [finding] = [f for f in found("step_before_document", issued("2024-07-05")) if f.subject == "phases.collection"]
    place, dated = finding.sources
    assert place == "三2"
    assert isinstance(dated, Message)
    assert (dated.zh, dated.en) == ("文件日期 2024-07-05", "date of the document 2024-07-05")


def test_a_place_stands_beside_its_message_unless_the_message_names_it():
    """Named as a place: that a name has the same letters in it says nothing."""
    edits = [issued("2024-07-05"), lambda data: the(data, "phases", "collection").update(name="三2所列工作")]
    [finding] = [f for f in found("step_before_document", *edits) if f.subject == "phases.collection"]
    assert "三2" in finding.message.zh
    assert finding.beside == finding.sources
    [twice] = found("magnitude_contradiction", lambda data: the(data, "tasks", "dossier").update(quantities=[
        {"what": "x", "name": "投资", "value": n, "unit": "亿元", "source": f"附件2 {n}"} for n in (1, 2)
    ]))
    assert (twice.sources, twice.beside) == (("附件2 1", "附件2 2"), ())


def test_a_task_of_a_phase_that_is_still_running():
    task = [issued("2024-03-05"), lambda data: the(data, "tasks", "dossier").update(due="2024-03-01", phase="collection")]
    assert ("warning", "tasks.dossier") in subjects("step_before_document", *task)
    # the launch as a whole was over before: its task is not told again
    assert {s for _, s in subjects("step_before_document", issued("2024-03-05"))} == {"phases.launch"}


def test_a_document_without_a_date_dates_nothing():
    assert subjects("step_before_document", lambda data: data["document"].pop("issued")) == []


def test_a_gap_between_phases_is_told_with_its_days():
    [finding] = found("phases_leave_gap", dates("collection", starts="2024-04"))
    assert (finding.subject, finding.sources) == ("phases.collection", ("三1", "三2"))
    assert "2024-03-01 至 2024-03-31" in finding.message.zh


def test_a_phase_that_runs_through_closes_the_gap():
    assert subjects("phases_leave_gap", dates("collection", starts="2024-04"), dates("launch", ends="2024-04")) == []
    assert subjects("phases_leave_gap") == []


def test_stages_leave_a_gap_of_their_own():
    found_ = subjects("phases_leave_gap", stages(("first", "2024-01", "2024-02"), ("second", "2024-04", "2024-07")))
    assert found_ == [("warning", "stages.second")]


def test_a_month_that_both_claim_is_information():
    [finding] = found("phases_overlap", dates("application", starts="2024-06"))
    assert (str(finding.severity), finding.subject, finding.sources) == ("info", "phases.application", ("三2", "三3"))
    assert "2024-06" in finding.decide.zh


def test_more_than_the_boundary_is_a_contradiction_where_one_waits_for_the_other():
    assert subjects("phases_overlap", dates("application", starts="2024-05")) == [("warning", "phases.application")]


def test_a_phase_that_lies_within_the_other_shares_no_mere_boundary():
    within = [dates("application", starts="2024-06", ends="2024-06"), gate("application", "2024-06")]
    assert subjects("phases_overlap", *within) == [("warning", "phases.application")]


def test_independent_steps_under_one_heading_run_side_by_side_as_the_document_has_it():
    apart = [dates("collection", starts="2024-02", after=[])]
    assert subjects("phases_overlap", *apart) == [("info", "phases.collection")]
    together = stages(("all", "2024-01", "2024-07"), of={"launch": "all", "collection": "all"})
    assert subjects("phases_overlap", *apart, together) == []


def test_stages_that_overlap_and_a_stage_within_a_stage():
    overlapping = stages(("first", "2024-01", "2024-06"), ("second", "2024-05", "2024-12"))
    assert subjects("phases_overlap", overlapping) == [("warning", "stages.second")]
    assert subjects("phases_overlap", stages(("first", "2024-01", "2024-05"), ("second", "2024-05", "2024-12"))) == [
        ("info", "stages.second"),
    ]
    assert subjects("phases_overlap", stages(("year", "2024-01", "2024-12"), ("part", "2024-05", "2024-12"))) == []


def test_a_plan_without_phases_has_no_gate_to_ask_for_a_task():
    def edit(data):
        data["phases"] = []
        for task in data["tasks"]:
            del task["phase"]
    assert subjects("task_without_gate", edit) == []


def test_a_milestone_that_is_judged_asks_for_its_task():
    from tests.unit.planning.check.checked_plans import goal, indicator, with_indicators

    free = [lambda data: the(data, "tasks", "dossier").pop("phase")]
    assert subjects("task_without_gate", *free) == [("warning", "tasks.dossier")]
    judged = with_indicators(indicator(measures=[], targets=[goal({"milestone": "dossier"})]))
    assert subjects("task_without_gate", *free, judged) == []


def test_a_target_that_was_past_when_the_document_was_issued():
    past = lambda data: the(data, "indicators", "hnte")["targets"][0].update(due="2023-12")  # noqa: E731
    assert ("warning", "indicators.hnte") in subjects("step_before_document", past)

    def reported(data):
        past(data)
        the(data, "indicators", "hnte")["stated"] = [{"value": 6, "on": 2023, "source": "正文"}]
    assert subjects("step_before_document", reported) == []
