"""Plays a campaign through a running Airflow: the people's part of it, day by day.

Units hand in made-up workbooks and explain warnings, the office files evidence and accepts what units say, the government
consents. On each checkpoint the supervision DAG is asked, as of that day, what is due; it starts the rest as in production. The
gates decide, not the player. Where the accounts file leaves the consent to somebody else the play waits for them; where it
refuses what is played, it ends. """

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

from gaoxin import folders
from gaoxin.blueprint.attempts import attempt_id
from gaoxin.blueprint.blueprint import ANSWERS, NOBODY, blueprint
from gaoxin.campaign import decisions, deliverables, drilling, explaining, taskbook, tasking
from gaoxin.campaign.casting import PLAYS
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import ZONE, local_day, wall_now
from gaoxin.drill.airflow_api import Answered, Api, wait_until
from gaoxin.drill.deeds import Refusal, do
from gaoxin.drill.sample import SampleFile
from gaoxin.drill.scenario import Scenario, checkpoints, evidence_days
from gaoxin.errors import Refused, SystemFault
from gaoxin.gates.model import GateVerdict
from gaoxin.i18n import Text
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind
from gaoxin.plan.model import Plan
from gaoxin.returns.schedule import owed
from gaoxin.settings import Settings
from gaoxin.tasks.closing import may_close

Tell = Callable[[str], None]
_VERDICTS = {GateVerdict.PASS: "通过 ✓", GateVerdict.WAIVED: "豁免通过", GateVerdict.HOLD: "不予通过 ✗"}


@dataclass(frozen=True)
class GateStory:
    """What became of one phase: the days on which its gate was held when decided, and the day it passed."""

    phase: str
    held: tuple[date, ...]
    passed: date | None
    deadline: date


@dataclass(frozen=True)
class Outcome:
    """wrong: everything that did not go as the plan and the scenario say; empty when all went well."""

    gates: tuple[GateStory, ...]
    wrong: tuple[str, ...]


@dataclass
class Player:
    settings: Settings
    plan: Plan
    scenario: Scenario
    samples: list[SampleFile]
    api: Api
    check: Callable[[], None]  # raises when a component has died
    tell: Tell
    others: bool = False  # whether somebody else may be there to consent
    _handed_in: set[Path] = field(default_factory=set)
    _filed: set[str] = field(default_factory=set)
    _told: int | None = None  # up to which number of the ledger; None before the first day
    _waited_for: set[str] = field(default_factory=set)  # requests that others are to answer, by task instance
    _day: date = date.min  # that is played
    _done: date = date.min  # up to which a play before this one got
    _refused: set[int] = field(default_factory=set)  # deeds that are refusals, and done: their places in the scenario

    def days(self) -> list[date]:
        due = {item.key: item.due for item in owed(self.plan)}
        return checkpoints(self.plan, [s.arrives for s in self.samples if s.arrives > due[s.key]], self.scenario)

    def idle(self, day: date) -> bool:
        """Whether nothing is left to do on that day: a deadline whose gates have passed before."""
        own = self.scenario.days(self.plan.workdays)
        if any(s.arrives <= day and s.path not in self._handed_in for s in self.samples) or day in own:
            return False
        ending = [p for p in self.plan.phases if p.gate.deadline == day]
        return bool(ending) and {p.id for p in ending} <= drilling.passed(self._workplace(day))

    def play_day(self, day: date) -> None:
        """One checkpoint: people act in the morning, supervision looks at five in the afternoon. Raises Refused where what is
        played is refused: nothing would come of the days that follow."""
        w = self._workplace(day)
        if self._told is None:
            before = drilling.news(w, 0)
            self._told = max((e.seq for e in before), default=0)
            self._done = max((local_day(e.at) for e in before), default=day)
        self._day = day
        self._hand_in(w, day)
        self._file_evidence(w, day)
        self._close_tasks(w)
        self._explain_warnings(w)
        self._do_deeds(w, day)
        for flow in ("supervision", "reminders"):
            self._must_go_on(w, f"{self.plan.id}.{flow}", self._started(w, f"{self.plan.id}.{flow}", day))
        self._tell_news(w)

    def outcome(self) -> Outcome:
        played = self.days()
        w = self._workplace(self.scenario.until or max([*(p.ends for p in self.plan.phases), *played]))
        passed_now = drilling.passed(w)
        decided, ledger = drilling.decided(w), drilling.verified(w)
        gates, wrong = [], []
        for phase in filter(self.scenario.judges, self.plan.phases):
            of_phase = [r for r in decided if r.phase == phase.id]
            held = tuple(local_day(r.decided_as_of) for r in of_phase if drilling.held(r))
            passed = next((local_day(r.decided_as_of) for r in of_phase if r.verdict is not GateVerdict.HOLD), None)
            gates.append(GateStory(phase.id, held, passed, phase.gate.deadline))
            late, wanted = passed is not None and passed > phase.gate.deadline, phase.id in self.scenario.held
            late_wanted, again = phase.id in self.scenario.late, phase.id in self.scenario.reopened
            passes = [r for r in of_phase if r.verdict is not GateVerdict.HOLD]
            wrong += [f"{phase.name.zh}：{told}" for amiss, told in (
                (passed is None, "关口未通过 / the gate never passed"),
                (late and not late_wanted, f"{passed} 才通过，晚于时限 {phase.gate.deadline} / passed late"),
                (late_wanted and not late, "情景要求逾期才通过，实际没有 / was to pass late and did not"),
                (passed is not None and phase.id not in passed_now, "重开后没有再通过 / was reopened and did not pass again"),
                (again and len(passes) < 2, "情景要求更正后重开并再次通过，实际没有 / was to be reopened and was not"),
                (wanted and not held, "情景要求先被否决一次，实际没有 / was to be held once and was not"),
                (held and not wanted, "情景之外被否决 / was held, which the scenario does not say"),
            ) if amiss]
        if not ledger.intact:
            wrong.append(f"台账第 {ledger.first_bad} 条起不连续 / the ledger is broken from {ledger.first_bad}")
        wrong += [f"Airflow 导入错误 / import error: {e}" for e in self.api.import_errors()]
        wrong += [f"运行失败 / run failed: {run} {'、'.join(tasks)}"
                  for run, tasks in self._faults(sorted(f.id for f in blueprint(self.plan).flows))]
        return Outcome(tuple(gates), tuple(wrong))

    def _started(self, w: Workplace, dag: str, day: date) -> str:
        """The id of the day's run, which is over; another than that of a play that ended here."""
        over = {r["dag_run_id"] for r in self.api.runs([dag], ["failed"])}
        run = next(run for n in count(1) if (run := attempt_id(f"played__{day}", n)) not in over)
        self.api.start_run(dag, run, {"as_of": w.now.isoformat()}, f"{day}", min(w.now, wall_now()))
        self._until_quiet(w)
        return run

    def _must_go_on(self, w: Workplace, dag: str, run: str) -> None:
        """Raises Refused where the accounts file refused what was played, and where the run that starts all others failed: as
        every later one would."""
        failed = (f"{of} {'、'.join(tasks)}" for of, tasks in self._faults([dag]) if of == f"{dag} {run}")
        cause = [*drilling.refused(w, self._told or 0), *failed]
        if cause:
            told = "".join(f"\n  - {one}" for one in dict.fromkeys(cause))
            raise Refused(Text(f"{w.now:%Y-%m-%d} 的运行办不成，演练到此为止：{told}",
                               f"what is played on {w.now:%Y-%m-%d} does not go through, and the play ends here:{told}"),
                          where=f"{dag} {run}",
                          todo=Text("按上列原因改正（账号文件见 docs/accounts.md），再执行同一命令，从这一天接着演练",
                                    "mend that (docs/accounts.md has the accounts file) and run the same command: it goes on "
                                    "there"))

    def _faults(self, dags: list[str]) -> list[tuple[str, list[str]]]:
        """Failed runs with their tasks. A phase's run fails on purpose, in a step that alarms, when its gate is held; any other
        is a fault."""
        on_purpose = {flow.id: [step.id for step in flow.steps if step.alarms] for flow in blueprint(self.plan).flows}
        failed = [(r["dag_id"], r["dag_run_id"], self.api.failed_tasks(r["dag_id"], r["dag_run_id"]))
                  for r in self.api.runs(dags, ["failed"])]
        return [(f"{dag} {run}", tasks) for dag, run, tasks in failed if not tasks or tasks != on_purpose[dag]]

    def _workplace(self, day: date) -> Workplace:
        return open_workplace(self.settings, self.plan.id, datetime.combine(day, time(17), tzinfo=ZONE), acts=True, late=True)

    def _hand_in(self, w: Workplace, day: date) -> None:
        """Copies what has arrived by that day into the inbox, each unit into its own folder; not what is known already,
        so that a drill that was interrupted goes on where it stopped."""
        known = drilling.handed_in(w)
        for sample in self.samples:
            if sample.arrives <= day and sample.path not in self._handed_in:
                self._handed_in.add(sample.path)
                content = sample.path.read_bytes()
                if sha256(content).hexdigest() not in known:
                    folders.put(self.settings.inbox / sample.key.unit / sample.path.name, content)

    def _do_deeds(self, w: Workplace, day: date) -> None:
        """What the scenario has people do on that day, and on days of an outage before it. Of a play that goes on what was done
        before is done."""
        for deed in self.scenario.deeds:
            due = self._first_after(deed.day) if self.scenario.down(deed.day) else deed.day
            if due == day >= self._done and not isinstance(deed, Refusal):
                self.tell(f"    {do(w, lambda: self._leader(w), deed)}")

    def _first_after(self, day: date) -> date:
        return next(d for d in self.days() if d > day)

    def _leader(self, w: Workplace) -> Workplace:
        """Of the account that decides: whoever hands in does not."""
        return open_workplace(self.settings, self.plan.id, w.now, acts=True, late=True, airflow=PLAYS)

    def _file_evidence(self, w: Workplace, day: date) -> None:
        """What is due by that day; not of what an interrupted drill closed, nor milestones that it reported."""
        due = evidence_days(self.plan, self.scenario)
        wanted = [t for t in self.plan.tasks if t.id not in self._filed and due.get(t.id, date.max) <= day]
        stands = {t.id: t for t in taskbook.tasks(w).tasks} if wanted else {}
        for task in (t for t in wanted if stands[t.id].closed_by is None):
            for piece in self.plan.pieces(task):
                content = f"演练材料（虚构）\n{task.name.zh}\n{piece.name.zh}\n{day}\n".encode()
                name, by = f"{task.id}.{piece.id}.txt", piece.member or self.plan.answerable(task)
                deliverables.record_evidence(w, task.id, piece.deliverable, content, name, by)
            for one in (m for m in stands[task.id].milestones if m.reached_on is None):
                tasking.tell_milestone(w, task.id, one.id, self.plan.answerable(task))
        self._filed.update(t.id for t in wanted)

    def _close_tasks(self, w: Workplace) -> None:
        """Those that a gate wants closed and that are all in, by the account that consents: whoever hands in does not."""
        wanted = [t for p in self.plan.phases for c in p.gate.criteria if c.kind == "tasks_closed"
                  for t in self.plan.tasks_asked(p, c)]
        if not wanted:
            return
        waits = {t.id for t in taskbook.tasks(w).tasks if t.waits}
        closer = self._leader(w)
        for task in (t for t in dict.fromkeys(wanted) if t.id in waits):
            tasking.close(closer, task.id, "演练：材料虚构，视同核实", may_close(self.plan, task)[0])

    def _explain_warnings(self, w: Workplace) -> None:
        """By each unit; then a reviewer accepts what waits, by the account that consents: whoever hands in does not."""
        for one in explaining.explanations(w).owed:
            decisions.explain(w, one.return_id, one.rule, f"演练数据，{one.period} 变动系虚构", one.unit)
        reviewer = self._leader(w)
        for return_id in dict.fromkeys(one.return_id for one in explaining.explanations(w).waiting if one.owner):
            explaining.accept(reviewer, return_id)

    def _until_quiet(self, w: Workplace, seconds: float = 300) -> None:
        """Waits until no run of the campaign is going, answering the requests for consent on the way; for somebody else's answer
        as long as it takes."""
        dags = sorted(f.id for f in blueprint(self.plan).flows)
        waiting: set[str] = set()

        def quiet() -> bool:
            waiting.clear()
            for request in self.api.requests():
                if request["task_instance"]["dag_id"] in dags and not self._answered(request):
                    waiting.add(request["task_instance"]["id"])
            return not self.api.runs(dags, ["queued", "running"])

        while not wait_until(quiet, seconds=seconds, check=self.check):
            if not waiting:
                going = [f"{r['dag_id']} {r['dag_run_id']} {r['state']}" for r in self.api.runs(dags, ["queued", "running"])]
                raise SystemFault(Text(f"{seconds:.0f} 秒内未运行完：{'；'.join(going)}", "runs did not end in time"),
                                  where=f"{self.plan.id} {w.now:%Y-%m-%d}",
                                  todo=Text("在 Airflow 界面查看该运行的日志", "look at the run's log in Airflow"))

    def _answered(self, request: dict[str, Any]) -> bool:
        """Consents, where it is the player's to consent; else says once whose it is. What became of it the ledger tells. Raises
        Refused where nobody else may be there to answer."""
        asked, subject = request["task_instance"]["id"], request["subject"]
        if asked in self._waited_for:
            return False
        refuses = next(((n, d) for n, d in enumerate(self.scenario.deeds) if isinstance(d, Refusal) and n not in self._refused
                        and d.day <= self._day and request["task_instance"]["dag_id"].endswith(f".{d.phase}")), None)
        decision, because = ("reject", refuses[1].because) if refuses else ("approve", None)
        if self.api.answer(request, ANSWERS[decision], because) is not Answered.NOT_OURS:
            self._refused |= {refuses[0]} if refuses else set()
            self.tell(f"    {subject} —— 已答复{ANSWERS[decision]}，待记入账本 / answer sent, to be recorded")
            return True
        whom = [user["name"] for user in request["assigned_users"] if user["id"] != NOBODY]
        if not whom or not self.others:
            may = Text(f"应由 {'、'.join(whom)} 审批" if whom else "账号文件中没有人可以审批",
                       f"{', '.join(whom)} may" if whom else "nobody may")
            raise Refused(Text(f"{subject}：演练账号不得审批，{may.zh}", f"the account that plays may not consent; {may.en}"),
                          where="GAOXIN_ACCOUNTS",
                          todo=Text("在账号文件中给审批单位写明角色 leader 的 Airflow 账号，再执行同一命令",
                                    "give an Airflow account the role leader for that unit, and run the same command"))
        self._waited_for.add(asked)
        self.tell(f"    {subject} —— 等待 {'、'.join(whom)} 登录后在关口页面表态，演练随后继续 / waiting for "
                  f"{', '.join(whom)} to decide on the gate's page")
        return False

    def _tell_news(self, w: Workplace) -> None:
        """What the ledger got since the last checkpoint: counts in one line, then each decision of a gate."""
        news = drilling.news(w, self._told or 0)
        if counts := _counted(news):
            self.tell(f"    {counts}")
        for event in (e for e in news if e.kind == EventKind.APPROVAL_RECORDED):
            phase, decision = self.plan.phase(event.payload["phase"]).name.zh, event.payload["decision"]
            self.tell(f"    审批 {phase}：{ANSWERS[decision]}，已记入账本 / recorded: {decision}")
        new = {(e.payload["phase"], e.at, e.payload["verdict"]) for e in news if e.kind == EventKind.GATE_DECIDED}
        for result in drilling.decided(w):
            held = drilling.held(result)
            if (result.phase, result.decided_as_of, result.verdict) in new and (held or result.verdict is not GateVerdict.HOLD):
                self.tell(f"    关口 {self.plan.phase(result.phase).name.zh}：{_VERDICTS[result.verdict]}")
                for criterion in result.criteria if held else ():
                    if criterion.passed is not True and not criterion.waived:
                        self.tell(f"      ✗ {criterion.detail.zh}")
        self._told = max((e.seq for e in news), default=self._told)


def _counted(news: list[LedgerEvent]) -> str:
    verdicts = Counter(e.payload["verdict"] for e in news if e.kind == EventKind.RETURN_CHECKED)
    kinds = Counter(e.kind for e in news)
    told = {
        "收到报表": kinds[EventKind.RETURN_RECEIVED],
        "受理": verdicts["accepted"] + verdicts["accepted_with_warnings"], "退回": verdicts["rejected"],
        "成果": kinds[EventKind.EVIDENCE_RECORDED], "开出整改": kinds[EventKind.RECTIFICATION_OPENED],
        "整改销号": kinds[EventKind.RECTIFICATION_CLOSED], "提醒": kinds[EventKind.REMINDER_SENT],
    }
    return " · ".join(f"{name} {count}" for name, count in told.items() if count)
