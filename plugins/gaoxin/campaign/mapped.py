"""Files that say themselves which return they are, and files that a mapping reads for whoever sent them: one way in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gaoxin.campaign.calling import form_called, period_called, unit_called
from gaoxin.campaign.inbox import HUGE, TOO_LARGE
from gaoxin.containers.ahead import ahead
from gaoxin.containers.apart import open_book
from gaoxin.containers.keeping import Kept, Opener
from gaoxin.containers.model import Book
from gaoxin.errors import UsageError, system_said
from gaoxin.folders import content_of
from gaoxin.i18n import Text
from gaoxin.mapping.choosing import From, mappings_for, read_mapped, reading_of
from gaoxin.mapping.picture import Says, states
from gaoxin.periods import Period
from gaoxin.plan.mappings import Mapping
from gaoxin.plan.model import Plan
from gaoxin.plan.reading.loader import find_plan, load_plan, plan_files
from gaoxin.returns.model import ReadReturn, ReturnKey
from gaoxin.returns.reader import has_cover, is_foreign, read_book
from gaoxin.settings import Settings
from gaoxin.unseen import kept_name


@dataclass(frozen=True)
class Place:
    """Where a file came from: whose it is, and where somebody named them its form and period."""

    campaign: str
    unit: str
    form: str | None = None
    period: Period | None = None


def kept(settings: Settings) -> Opener:
    """Opens files for an installation that takes them in: each is parsed once."""
    return Kept(settings.readings).open_book


def read_from(content: bytes, name: str, plan_of: Callable[[str], Plan], place: Place | ReturnKey | None,
              opener: Opener = open_book) -> ReadReturn:
    """A file as it is read. place: of one without a cover; only then a mapping can be meant. A file with a cover goes by it.
    opener: by which its bytes become sheets. Never raises on bad content."""
    return read_sheets(opener(content, kept_name(name)), content, name, plan_of, place)


def read_sheets(book: Book, content: bytes, name: str, plan_of: Callable[[str], Plan], place: Place | ReturnKey | None
                ) -> ReadReturn:
    """As read_from, of a file that is open. book: what its bytes were opened as."""
    if place is not None and book.sheets and not has_cover(book, name):
        known = From(plan_of(place.campaign), place.unit, place.form, place.period)
        if mappings_for(known, kept_name(name)) or is_foreign(book, name):
            return read_mapped(book, content, kept_name(name), known)
    return read_book(book, content, name, plan_of)


def read_files(files: Sequence[Path], plan_of: Callable[[str], Plan], place: Place | None, opener: Opener
               ) -> list[tuple[bytes, ReadReturn]]:
    """Of each its bytes and what they say. Raises UsageError for one that cannot be opened."""
    def opened(file: Path) -> tuple[bytes, Book]:
        content = _content(file)
        return content, opener(content, kept_name(file.name))

    return [(content, read_sheets(book, content, file.name, plan_of, place))
            for file, (content, book) in zip(files, ahead(files, opened, _is_small), strict=True)]


def _is_small(file: Path) -> bool:
    return file.is_file() and file.stat().st_size <= 2**20


def _must_be_no_giant(name: str, size: int) -> None:
    if size > HUGE:
        told = TOO_LARGE(mb=size // 2**20)
        raise UsageError(Text(told.zh, told.en), where=name,
                         todo=Text("只报送报表本身；其余文件另行报送", "hand in the return alone, and the other files again"))


def _content(file: Path) -> bytes:
    try:
        return content_of(file, _must_be_no_giant)
    except OSError as error:
        why = system_said(error)
        raise UsageError(Text(f"文件打不开：{why.zh}", f"cannot open the file: {why.en}"), where=str(file),
                         todo=Text("检查路径与权限", "check the path and its permissions")) from error


def cell_states(book: Book, name: str, plan: Plan, key: ReturnKey) -> tuple[Mapping, Says] | None:
    """Of the file of a return that a mapping read: the mapping, and what it made of each cell. None for one with a cover."""
    if has_cover(book, name) or not plan.mappings:
        return None
    found = reading_of(book, kept_name(name), From(plan, key.unit, key.form, key.period))
    return (found[0], states(found[1], plan.form(key.form))) if found else None


def read_opened(book: Book, name: str, plan: Plan, key: ReturnKey) -> ReadReturn:
    """What a mapping takes of the file of a return that is open; its bytes are not at hand, and so have no hash."""
    return read_mapped(book, b"", kept_name(name), From(plan, key.unit, key.form, key.period))


def place_of(settings: Settings, unit: str | None, form: str | None, period: str | None, campaign: str | None, today: date
             ) -> Place | None:
    """What somebody says of files without a cover, in their words; None where nothing is said. Without a campaign the one with
    mappings of that unit and form. Raises UsageError where none or several have, for what means nothing or several things, and
    for what cannot be told without a unit."""
    if unit is None:
        if form or period or campaign:
            raise UsageError(Text("没有写明是哪个单位的文件", "whose files these are is not said"), where="--unit",
                             todo=Text("加 --unit 单位", "add --unit UNIT"))
        return None
    if campaign is None:
        campaign = _campaign_of({name: load_plan(file) for name, file in plan_files(settings.plans).items()}, unit, form)
    plan = find_plan(settings.plans, campaign)
    who, of = unit_called(plan, unit), form and form_called(plan, form)
    mapped = [m.form for m in plan.mappings if who in (m.units or plan.form(m.form).units)]
    return Place(campaign, who, of, period_called(plan, period, today, [of] if of else mapped))


def _campaign_of(plans: dict[str, Plan], unit: str, form: str | None) -> str:
    """The only one with a mapping of that unit, and form. Raises UsageError where none or several have; what to do depends on
    what is missing."""
    there = {name: who for name, plan in plans.items() if (who := _known(unit_called, plan, unit))}
    asked = {name: who for name, who in there.items() if form is None or _known(form_called, plans[name], form)}
    having = [name for name, who in asked.items() if any(
        (form is None or m.form == form_called(plans[name], form)) and who in (m.units or plans[name].form(m.form).units)
        for m in plans[name].mappings)]
    if len(having) == 1:
        return having[0]
    if having:
        raise UsageError(Text(f"不止一项创建工作有这个单位的对照：{unit}", f"several campaigns have mappings of {unit}"),
                         where="--unit",
                         todo=Text("用 --campaign 指明：" + "、".join(having), "name it with --campaign: " + ", ".join(having)))
    if not there:
        raise UsageError(Text(f"没有创建工作有这个单位：{unit}", f"no campaign has a unit {unit}"), where="--unit",
                         todo=Text("写方案里的单位名称、别名或编号", "give a unit's name, other name or id as the plan has it"))
    if not asked:
        raise UsageError(Text(f"这个单位参加的创建工作没有这张报表：{form}", f"no campaign of {unit} has a form {form}"),
                         where="--form", todo=Text("写方案里的报表名称或编号", "give a form's name or id as the plan has it"))
    of = Text(f"，报表 {form}", f", form {form}") if form else Text("", "")
    raise UsageError(Text(f"还没有能读这个单位自有的表的对照：{unit}{of.zh}", f"no mapping reads {unit}'s own tables yet{of.en}"),
                     where="--unit",
                     todo=Text("单位：用下发的模板填报；办公室：用 gaoxin mapping propose 起草对照，放进 dags/创建工作/mappings",
                               "the unit uses the template; the office drafts a mapping with gaoxin mapping propose, for "
                               "dags/CAMPAIGN/mappings"))


def _known(called: Callable[[Plan, str], str], plan: Plan, written: str) -> str | None:
    try:
        return called(plan, written)
    except UsageError:
        return None
