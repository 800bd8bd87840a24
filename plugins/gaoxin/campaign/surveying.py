"""Supervision's look at a campaign, by the hour: what is new, what has passed, what stands open, and which runs start for it."""

from collections.abc import Mapping
from datetime import timedelta

from gaoxin.blueprint.attempts import Seen
from gaoxin.campaign import alarming, correcting, deadlines, dispatch, intake, measuring, registering
from gaoxin.campaign.dispatch import Run
from gaoxin.campaign.inbox import Inbox
from gaoxin.campaign.placing import drifted, strangers
from gaoxin.campaign.workplace import Workplace, open_workplace
from gaoxin.clock import local_day
from gaoxin.containers.keeping import Kept
from gaoxin.i18n import Code, Message
from gaoxin.ledger.chain import LedgerEvent
from gaoxin.ledger.kinds import EventKind

_SURVEYED = Code("flows.surveyed", "新过时限 {passed} 项{verdicts}。{runs}{corrections}{odd}",
                 "{passed} deadline(s) newly passed{verdicts}. {runs}{corrections}{odd}", passed=int,
                 runs=Message, odd=Message | None, corrections=Message | None, verdicts=Message | None)
_VERDICTS_KEPT = Code("flows.verdicts_kept", "，记录到期结论 {count} 项", ", {count} verdict(s) on due targets kept", count=int)
_CORRECTIONS = Code("flows.corrections_open", "。数据更正涉及 {count} 项，待处理：gaoxin corrections {campaign}",
                    ". {count} item(s) used figures that were corrected, and wait: gaoxin corrections {campaign}", count=int)
_STRANGE = Code("flows.strange_folders", "。收件箱中有不属于任何单位的文件夹，文件未收：{folders}",
                ". folders of the inbox that are no unit's, their files stay: {folders}", folders=tuple)
_NO_FILES = Code("flows.no_files", "。收件箱中有链接、以点或 ~$ 开头的文件或特殊文件，不收：{files}",
                 ". links, hidden, lock and special files of the inbox are not taken: {files}", files=tuple)
_DRIFTED = Code("flows.drifted", "。表头与对照不同，等办公室更新对照后再收：{files}（gaoxin mapping try 可看哪里不同）",
                ". headings are not their mapping's, they wait for the office to update it: {files} (see gaoxin mapping try)",
                files=tuple)
_TRIED = Code("flows.tried", "。昨日以来拒绝越权操作 {count} 次（账号 {accounts}），见 gaoxin ledger list",
              ". since yesterday {count} attempt(s) at what is not theirs were refused (accounts {accounts}): "
              "see gaoxin ledger list", accounts=tuple)
_ODD = Code("flows.odd", "{strange}{no_files}{drifted}{tried}", "{strange}{no_files}{drifted}{tried}", strange=Message | None,
            no_files=Message | None, drifted=Message | None, tried=Message | None)
_IN_FORCE = Code("flows.plan_in_force", "方案第 {version} 版生效，改动 {count} 处{units}。{errors}{told}",
                 "version {version} of the plan is in force, {count} change(s){units}. {errors}{told}", version=int,
                 units=Message | None, errors=Message | None)
_WITH_ERRORS = Code("flows.plan_with_errors", "方案检查发现错误 {count} 处，请改正：gaoxin plan check {campaign}。",
                    "plan check finds {count} error(s), to be mended: gaoxin plan check {campaign}. ", count=int)
_WHOM = Code("flows.plan_told", "，随下一次提醒告知 {units}", ", told with the next reminders: {units}")


def survey(w: Workplace, seen: Mapping[dispatch.Look, Seen]) -> tuple[list[Run], Message]:
    """The runs that start now, and what is told of all that was looked at. seen: how the runs stand that it wants to know of. A
    plan file that is new is registered first; deadlines that passed are marked; what is no return leaves the inbox."""
    as_of = w.now if w.drill else None
    registered = None
    if not w.broken:
        registered = registering.register_plan(w.settings, w.plan.id, as_of, by=registering.SUPERVISION, late=True,
                                               way=w.actor.way, airflow=w.actor.airflow)
    if registered and registered.new:
        w = open_workplace(w.settings, w.plan.id, as_of, acts=True, late=True).by(w.actor)
    intake.pull(w, taking=False)
    Kept(w.settings.readings).tidy()
    inbox = Inbox.of(w.settings)
    strange, no_files, changed = strangers(w, inbox), inbox.no_files(), drifted(w, inbox)
    passed = deadlines.mark_passed(w)
    verdicts = measuring.keep_verdicts(w)
    runs = dispatch.begun(w, lambda: dispatch.due_runs(w), seen, whole=True)
    with w.warehouse.read() as store:
        waiting = sum(len(one.open) for one in correcting.waiting(w, store))
    corrections = _CORRECTIONS(count=waiting, campaign=w.plan.id) if waiting else None
    since = local_day(w.now) - timedelta(days=1)
    with w.warehouse.read() as store:
        tried = [e for e in store.ledger.events(w.plan.id, EventKind.ACT_REFUSED, until=w.known) if local_day(e.at) >= since]
    odd = _ODD(strange=_STRANGE(folders=strange) if strange else None, no_files=_NO_FILES(files=no_files) if no_files else None,
               drifted=_DRIFTED(files=tuple(changed)) if changed else None,
               tried=_tried(tried)) if strange or no_files or changed or tried else None
    note = _SURVEYED(passed=passed, verdicts=_VERDICTS_KEPT(count=verdicts) if verdicts else None, runs=dispatch.told(runs),
                     corrections=corrections, odd=odd)
    if registered and registered.new:
        whom = [next((u.name for u in w.plan.units if u.id == t.unit), t.unit) for t in registered.told]
        errors = (registered.findings or {}).get("error")
        note = _IN_FORCE(version=registered.version, count=len(registered.changes), told=note,
                         units=_WHOM(units=whom) if whom else None,
                         errors=_WITH_ERRORS(count=errors, campaign=w.plan.id) if errors else None)
    alarming.surveyed(w)
    return runs, note


def _tried(refused: list[LedgerEvent]) -> Message | None:
    accounts = sorted({(e.actor or {}).get("airflow") or (e.actor or {}).get("account", "?") for e in refused})
    return _TRIED(count=len(refused), accounts=accounts) if refused else None
