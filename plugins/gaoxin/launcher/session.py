"""One session of the launcher, from nothing to a running campaign: `run` stays up, `replay` ends with the campaign.

A played campaign is a drill: it fills its home with made-up returns. So it is refused where real ones are.
"""

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from gaoxin import folders
from gaoxin.blueprint.blueprint import blueprint
from gaoxin.campaign import casting, drilling, placing, safekeeping
from gaoxin.campaign.workplace import accounts_of, open_workplace
from gaoxin.clock import ZONE
from gaoxin.drill.airflow_api import Api, wait_until
from gaoxin.drill.player import Outcome, Player
from gaoxin.drill.sample import SampleFile, load_spec, make_samples
from gaoxin.drill.scenario import Scenario, load_scenario
from gaoxin.errors import GaoxinError, Refused, SystemFault, UsageError
from gaoxin.i18n import Text
from gaoxin.launcher.components import Airflow
from gaoxin.launcher.users import OWN
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan, plan_files
from gaoxin.planning.authoring.starter import STUB
from gaoxin.returns.schedule import owed
from gaoxin.settings import Settings

LEAVE_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_REPLAY_MARK = ".gaoxin-replay"    # a home that may be wiped carries this file


def run(settings: Settings, campaign: str, *, play: bool) -> int:
    """Starts everything, plays the campaign if asked, prints where to look, and stays up until it is told to end."""
    plan, console = find_plan(settings.plans, campaign), Console(soft_wrap=True)
    _cast(settings, plan, console, play=play, others=True)
    placing.make_folders(settings, plan)
    with _airflow(settings, _port(settings.port), play, console) as airflow:
        api = _connect(airflow, plan, console)
        if play:
            console.print(f"可边演练边看 / watch it being played: {airflow.board(plan.id)}", markup=False)
            console.print(f"登录 admin，口令在 / log in as admin, password in: {airflow.passwords_file}", markup=False)
        outcome = _play_as_far_as_may_be(settings, plan, airflow, api, console) if play else None
        _tell_where(airflow, settings, plan, console)
        if outcome is not None:
            _tell_outcome(plan, outcome, console)
        console.print("按 Ctrl-C 结束 / press Ctrl-C to end")
        while True:
            airflow.check()
            if not play:
                airflow.look()
            time.sleep(1)


def replay(settings: Settings, campaign: str, scenario: Path | None = None) -> int:
    """Plays the campaign in a home of its own, wiped first. 0 only when every phase ended as it should, else 1. scenario: a file;
    the one beside the plan where left out. Raises PlanError for one that cannot be read."""
    plan, console = find_plan(settings.plans, campaign), Console(soft_wrap=True)
    told = load_scenario(plan_files(settings.plans)[plan.id], scenario)
    _cast(settings, plan, console, play=True, others=False)
    home, began = settings.var / "replay", time.monotonic()
    _wipe(home)
    apart = settings.model_copy(update={"home": home, "inbox_": None})
    with _airflow(apart, _port(0), True, console) as airflow:
        api = _connect(airflow, plan, console)
        outcome = _play(apart, plan, told, airflow, api, console, others=False)
        _tell_outcome(plan, outcome, console)
    console.print(f"用时 {(time.monotonic() - began) / 60:.1f} 分钟；报告 {apart.reports}，发件箱 {apart.outbox}")
    return 1 if outcome.wrong else 0


def end_with_parent() -> None:
    """From now on the end of the process that started this one, however it comes, ends this one too (Linux)."""
    import ctypes

    set_parent_death_signal = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(set_parent_death_signal, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before the request was made
        raise KeyboardInterrupt


@contextmanager
def _airflow(settings: Settings, port: int, played: bool, console: Console) -> Iterator[Airflow]:
    """The components, ended however this leaves: by Ctrl-C, by a signal, by an error."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # SIGINT too: a shell starts background jobs with it ignored.
    for number in LEAVE_ON:
        signal.signal(number, leave)
    safekeeping.must_be_whole(settings)
    _write_missing_stubs(settings.plans, console)
    os.umask(0o077)  # from here on it writes into the installation alone
    airflow = Airflow(settings, port, played)
    try:
        airflow.prepare(console.print)
        if played:
            drilling.begin_drill(settings)
        airflow.start(console.print)
        yield airflow
    finally:
        # A second Ctrl-C must not leave half of them running.
        for number in LEAVE_ON:
            signal.signal(number, signal.SIG_IGN)
        console.print("正在结束各进程 / ending all processes")
        airflow.stop()


def _wait(airflow: Airflow, ready: Callable[[], bool], minutes: int, zh: str, en: str) -> None:
    if not wait_until(ready, seconds=60 * minutes, check=airflow.check):
        todo = Text("查看该目录下的各 .log 文件", "look into the .log files there")
        raise SystemFault(Text(zh, en), where=str(airflow.home), todo=todo)


def _connect(airflow: Airflow, plan: Plan, console: Console) -> Api:
    console.print("等待 Airflow 就绪 / waiting for Airflow")
    api = Api(f"http://127.0.0.1:{airflow.port}", casting.PLAYS, airflow.passwords[casting.PLAYS])
    _wait(airflow, api.healthy, 4, "Airflow 未在 4 分钟内就绪", "Airflow was not healthy within 4 minutes")
    api.sign_in()
    expected = {flow.id for flow in blueprint(plan).flows}

    def parsed() -> bool:
        errors = [e for e in api.import_errors() if plan.id in e]
        if errors:
            raise SystemFault(Text(f"DAG 导入错误：{errors[0]}", "a DAG has an import error"), where=plan.id,
                              todo=Text(f"执行 gaoxin plan check {plan.id}", f"run gaoxin plan check {plan.id}"))
        return expected <= api.dag_ids(plan.id)

    _wait(airflow, parsed, 3, "DAG 未在 3 分钟内出现", "the DAGs did not appear within 3 minutes")
    if errors := api.plugin_errors():
        raise SystemFault(Text(f"Airflow 插件错误：{errors[0]}", "an Airflow plugin is broken"), where="plugins/",
                          todo=Text("按错误信息修复插件", "mend the plugin"))
    return api


def _cast(settings: Settings, plan: Plan, console: Console, *, play: bool, others: bool) -> None:
    """Before anything starts: raises UsageError for a faulty accounts file, and for one that does not let a campaign be played.
    others: whether somebody else may be there to consent."""
    if not play:
        accounts_of(settings)
        return
    for unit, whom in casting.must_suffice(settings, plan, casting.PLAYS, others=others).items():
        console.print(f"演练到 {unit} 审批时，等待 {'、'.join(whom)} 登录表态 / "
                      f"the play will wait for {', '.join(whom)} to consent for {unit}", markup=False)


def _play_as_far_as_may_be(settings: Settings, plan: Plan, airflow: Airflow, api: Api, console: Console) -> Outcome | None:
    """None where the play ended before its end: why is said, and all that was played stays to be looked at."""
    try:
        return _play(settings, plan, None, airflow, api, console, others=True)
    except GaoxinError as error:
        airflow.check()  # where a component has ended there is nothing to stay up for
        console.print(f"✗ 演练中止 / the play has stopped\n{error.render('zh')}\n{error.render('en')}", style="red", markup=False)
        return None


def _play(settings: Settings, plan: Plan, given: Scenario | None, airflow: Airflow, api: Api, console: Console, *, others: bool
          ) -> Outcome:
    """given: what happens; as the file beside the plan has it where left out."""
    plan_file = plan_files(settings.plans)[plan.id]
    scenario = given or load_scenario(plan_file)
    opening = datetime.combine(min(p.starts for p in plan.phases), datetime.min.time(), tzinfo=ZONE)
    player = Player(settings, plan, scenario, [], api, airflow.check, partial(console.print, markup=False), others)
    if drilling.begin(open_workplace(settings, plan.id, opening, acts=True, late=True)):
        console.print("此前已演练完毕 / the drill was played to its end before")
        return player.outcome()
    console.print("编制演练报表（虚构数据） / writing made-up returns")
    if periods := sorted({item.key.period for item in owed(plan)}):
        faults = [m.fault for m in scenario.mishaps]
        player.samples = _with_arrivals(make_samples(plan, load_spec(plan_file), periods[0], periods[-1],
                                                     settings.var / "samples", scenario.seed, faults, corrections=True), scenario)
    for mishap in scenario.mishaps:
        told = f"，{mishap.corrected} 更正" if mishap.corrected else ""
        console.print(f"  情景：{mishap.story.zh if mishap.story else mishap.fault}{told}")
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console,
        disable=not console.is_terminal,
    ) as progress:
        days = player.days()
        bar = progress.add_task("", total=len(days))
        for number, day in enumerate(days, 1):
            progress.update(bar, description=f"{day}")
            console.print(f"[{number}/{len(days)}] {day}", markup=False)
            if player.idle(day):
                console.print("    关口时限已到，此前均已通过 / the gate's deadline; it passed before")
            else:
                player.play_day(day)
            progress.advance(bar)
    return player.outcome()


def _with_arrivals(samples: list[SampleFile], scenario: Scenario) -> list[SampleFile]:
    """Faulty returns and their corrected copies arrive on the days that the scenario says."""
    of = {tuple(m.fault.split(":")[1:]): m for m in scenario.mishaps}
    found = []
    for s in samples:
        mishap = of.get((s.key.form, s.key.unit, str(s.key.period)))
        day = (mishap.corrected if s.version > 1 else mishap.arrives) if mishap else None
        found.append(replace(s, arrives=day) if day else s)
    return found


def _tell_where(airflow: Airflow, settings: Settings, plan: Plan, console: Console) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    rows = {
        "工作台 / board": airflow.board(plan.id),
        "流程 / DAGs": f"{airflow.url}/dags?tags={plan.id}",
        "登录 / login": "、".join(f"{user}（{role}）" for user, role in OWN.items()) + (
            f"；账号文件 {others} 个 / {others} of the accounts file" if (others := len(airflow.users.keys() - OWN)) else ""),
        "口令所在 / passwords in": str(airflow.passwords_file),
        "数据质量报告 / reports": str(settings.reports),
        "发件箱 / outbox": str(settings.outbox),
        "收件箱 / inbox": str(settings.inbox),
        "日志 / logs": str(airflow.home),
    }
    for name, value in rows.items():
        table.add_row(name, value)
    console.print()
    console.print(table, soft_wrap=True)


def _tell_outcome(plan: Plan, outcome: Outcome, console: Console) -> None:
    table = Table("阶段", "时限", "曾被否决", "通过", title=plan.name.zh)
    for gate in outcome.gates:
        held = "、".join(map(str, gate.held)) or "—"
        table.add_row(plan.phase(gate.phase).name.zh, str(gate.deadline), held, str(gate.passed or "未通过"))
    console.print(table)
    for line in outcome.wrong:
        console.print(f"✗ {line}", style="red", markup=False)
    if not outcome.wrong:
        console.print("✓ 各阶段均按方案结束 / every phase ended as the plan says", style="green")


def _write_missing_stubs(plans: Path, console: Console) -> None:
    """A plan without its stub would be no DAG, in silence."""
    for file in plan_files(plans).values():
        stub = file.with_name("campaign_dags.py")
        if not stub.exists():
            stub.write_text(STUB, encoding="utf-8")
            console.print(f"已写入 {stub}（方案旁缺少该文件） / wrote the missing stub", markup=False)


def _wipe(home: Path) -> None:
    mark = home / _REPLAY_MARK
    if home.exists() and any(home.iterdir()):
        if not mark.exists():
            raise Refused(Text("该目录不是重放目录，不能清空", "this folder was not made by a replay and is not wiped"),
                          where=str(home), todo=Text("移走后重试", "move it away and try again"))
        shutil.rmtree(home)
    folders.private(home)
    mark.touch(0o600)


def _port(port: int) -> int:
    """This one, refused if somebody has it; for 0 one that nobody has."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise UsageError(Text(f"端口 {port} 已被占用", f"port {port} is in use"), where=f"127.0.0.1:{port}",
                             todo=Text("结束占用者，或设 GAOXIN_PORT=另一端口",
                                       "end who uses it, or set GAOXIN_PORT to another")) from error
        return probe.getsockname()[1]
