"""Backup and restore of an installation: everything that it cannot make anew, in one file, and back into an empty one.

The rows come out of one snapshot, the files after it: what is landed is there before any row names it and never changes, so that
all that the rows name is in the file, whatever arrives meanwhile.
"""

import contextlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Literal

from gaoxin import __version__, folders
from gaoxin.campaign.acting import by_whom
from gaoxin.campaign.anchoring import has_key, kept, read, signing_key, standing
from gaoxin.campaign.answer import Answer
from gaoxin.campaign.upkeep import LISTED, LedgerVerified, verify_ledger
from gaoxin.clock import wall_now
from gaoxin.errors import Refused, UsageError, system_said
from gaoxin.i18n import Code, Text
from gaoxin.ledger import checkpoint, sealing
from gaoxin.ledger.actor import Way
from gaoxin.ledger.chain import Head
from gaoxin.ledger.kinds import EventKind
from gaoxin.people.acts import Act
from gaoxin.settings import Settings
from gaoxin.warehouse import archive, dumping, landing, rows
from gaoxin.warehouse.archive import FOLDERS, Archive, Writer
from gaoxin.warehouse.engine import Store, Warehouse, half_restored
from gaoxin.warehouse.migrate import versions
from gaoxin.warehouse.verifying import Fault, gave_way, original

Done = Callable[[int, int], None]  # bytes that are through, of so many (about)
_KEY = "keys/ledger.key.sealed"
_GONE = Code("backup.gone", "账本记着的文件不在了，备份里也没有",
             "the ledger names this file, and it is gone: the backup has none")
_DIFFERS = Code("backup.differs", "文件内容已被改动（应为 {expected:.12}，实为 {found:.12}），原样备份",
                "the file was changed (expected {expected:.12}, found {found:.12}): backed up as it is", expected=str, found=str)
_NOT_THAT_HEAD = Code("restore.head", "恢复后的账本止于第 {found} 条，备份记着 {expected} 条或另一末条",
                      "the restored ledger ends at event {found}; the backup says {expected}, or another head",
                      found=int, expected=int)


class BackedUp(Answer):
    """sha256: at the end of the file, of all before it. keys: what became of the signing key. passphrase_file: who has it and the
    backup has the key. left_out: what else a restored installation needs. faults: files that are not as the ledger says."""

    file: Path
    size: int
    sha256: str
    made_at: datetime
    product: str
    version: str
    events: int
    head: str
    rows: int
    files: int
    keys: Literal["sealed", "left_out", "none"]
    passphrase_file: Path | None
    passphrase_made: bool
    left_out: Sequence[Text]
    faults: Sequence[Fault]

    @property
    def exit_status(self) -> int:
        return 1 if self.faults else 0


class Restored(Answer):
    """events, head: of the ledger that came in. intact, faults: what the verification of all of it found, against the backup's
    head. keys: whether the signing key came with it. left_out: what else must be brought."""

    file: Path
    made_at: datetime
    product: str
    version: str
    events: int
    head: str
    rows: int
    files: int
    keys: bool
    intact: bool
    rows_checked: int
    files_checked: int
    faults_found: int
    faults: Sequence[Fault]
    left_out: Sequence[Text]

    @property
    def exit_status(self) -> int:
        return 0 if self.intact else 1


def backup(settings: Settings, file: Path, passphrase_file: Path | None = None, *, keys: bool = True,
           done: Done = lambda *_: None, way: Way = Way.PROGRAM) -> BackedUp:
    """Writes one file, its owner's alone, that is there whole or not at all, and records that all was taken out; that event
    comes after what is in the file. The signing key is closed with a passphrase: from a file, else a new one is made and written
    beside. Raises UsageError where something is there already, NotAllowed for an account that may not."""
    warehouse, now = by_whom(settings, Act.BACKUP, way)
    with _passphrase_of(file, passphrase_file, keys and has_key(settings)) as (passphrase, beside):
        made_at = wall_now()
        try:
            with archive.written(file, int(made_at.timestamp())) as out:
                told, faults = _written(settings, warehouse, out, passphrase, done)
                digest = out.finish({"product": __version__, "made_at": made_at.isoformat(), **told})
        except FileExistsError as error:
            raise _there_already(file) from error
        without = keys or not has_key(settings)
        made = BackedUp(file, file.stat().st_size, digest, made_at, __version__, told["version"], told["events"], told["head"],
                        sum(t["rows"] for t in told["tables"].values()),
                        sum(PurePosixPath(name).parts[0] in FOLDERS for name in out.members),
                        "sealed" if passphrase else "none" if without else "left_out", beside,
                        passphrase_file is None and beside is not None, [*_left_out(settings)], faults)
        try:
            _noted(warehouse, made, now)
        except BaseException:
            file.unlink()
            raise
    return made


def _noted(warehouse: Warehouse, made: BackedUp, now: datetime) -> None:
    """Records a backup, but of an installation that has recorded nothing."""
    with warehouse.begin() as store:
        if store.ledger.count():
            store.ledger.note("", EventKind.BACKUP_MADE, now, {"name": made.file.name, "until": made.events, **rows.pick(
                vars(made), "sha256 rows files keys")})


def restore(settings: Settings, file: Path, passphrase_file: Path | None = None, *, keys: bool = True, anchor: str | None = None,
            done: Done = lambda *_: None) -> Restored:
    """Brings a backup into an empty installation, and verifies all of it there, against a checkpoint that lay elsewhere where one
    is given (`anchor`). Before the whole file was looked through nothing is written. Interrupted, it goes on with the same file;
    until then the installation cannot be used. Raises Refused for what is no whole backup, one of a newer program, and an
    installation that is not empty; UsageError for a wrong passphrase."""
    if anchor is not None:
        read(anchor, [])
    with _opened(file) as opened:
        size = file.stat().st_size
        through = archive.summed(done, 3 * size)
        found = archive.opened(opened, through)
        told = found.manifest
        if told["version"] not in versions(settings.sql):
            raise Refused(Text(f"备份来自更新的程序（{told['product']}，数据库第 {told['version']} 版）",
                               f"a newer program made the backup ({told['product']}, database version {told['version']})"),
                          where=str(file), todo=Text("用该版本或更新的程序恢复", "restore with that version or a newer one"))
        key = _key_of(found, file, passphrase_file) if keys else None
        going_on = _must_be_empty(settings, found)
        _begun(settings, found, file)
        rows = _rows_in(settings, found, through, going_on)
        files = _files_in(settings, found, key, through)
    verified = verify_ledger(settings, anchor=anchor)
    settings.restoring.unlink()
    done(1, 1)
    faults = [*_ends_elsewhere(settings, told), *verified.faults]
    return _restored(file, told, rows, files, key, verified, faults, [*_left_out(settings)])


def _ends_elsewhere(settings: Settings, told: dict[str, Any]) -> Iterator[Fault]:
    """The ledger that came in ends where the backup says; what a migration has appended since comes after it."""
    with Warehouse.open(settings).read() as store:
        event, events = store.ledger.event(told["events"]), store.ledger.count()
    migrated = told["version"] != max(versions(settings.sql))
    if (event.hash if event else Head().hash) != told["head"] or (events != told["events"] and not migrated):
        yield Fault("ledger_head", "", "changed", _NOT_THAT_HEAD(found=events, expected=told["events"]))


def must_be_whole(settings: Settings) -> None:
    """Raises Refused where a restore was interrupted."""
    if settings.restoring.exists():
        raise half_restored(settings)


def _written(settings: Settings, warehouse: Warehouse, out: Writer, passphrase: str | None,
             done: Done) -> tuple[dict[str, Any], list[Fault]]:
    """The parts of a backup; what the manifest says of them, and which files are not as the ledger says."""
    lying = {*kept(settings)}  # one that is made meanwhile names an event which the snapshot does not have
    with warehouse.read(long=True) as store:
        stands, tables = standing(store), store.dump.tables()
        wanted = dict(store.ledger.files(settings.landing, settings.reports))
        there = [(name, place) for name, place in _files(settings)]
        through = archive.summed(done, sum(t.size for t in tables) + sum(p.stat().st_size for _, p in there if p.exists()))
        told: dict[str, Any] = {"version": store.dump.version(), "tables": _tables_out(store, tables, out, through)}
        head = Head(stands.seq, stands.head) if stands else Head()
        told |= {"events": head.seq, "head": head.hash, "drill": store.ledger.installation()[0],
                 "checkpoint": checkpoint.signed(stands, signing_key(settings)) if stands and has_key(settings) else None}
    faults = [*_files_out(settings, out, wanted, lying, through)]
    if passphrase:
        out.add(_KEY, sealing.sealed(signing_key(settings), passphrase))
    return told, faults


def _tables_out(store: Store, tables: Sequence[dumping.Table], out: Writer, through: Callable[[int], None]) -> dict[str, Any]:
    told = {}
    for table in tables:
        with out.table(table.name) as sink:
            count = store.dump.copy(table, sink)
        told[table.name] = {"columns": table.columns, "rows": count}
        through(table.size)
    return told


def _files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Every file of the folders that are backed up, with the name of its part; what is being written is left out."""
    for folder in FOLDERS:
        base: Path = getattr(settings, folder)
        for place in sorted(base.rglob("*")):
            if place.is_file() and not place.is_symlink() and not (place.name.startswith(".") and place.suffix == ".part"):
                yield f"{folder}/{place.relative_to(base).as_posix()}", place


def _files_out(settings: Settings, out: Writer, wanted: dict[Path, str], lying: Collection[Path],
               through: Callable[[int], None]) -> Iterator[Fault]:
    """Files as the snapshot names them: a report that gave way to another meanwhile is looked for where it went. lying: the
    checkpoints from before the snapshot."""
    missing = dict(wanted)
    later = set(kept(settings)).difference(lying)
    listed = [(name, p) for name, p in _files(settings) if p not in later]
    known = {place for _, place in listed}
    for folder in ("landing", "reports"):  # named by the ledger, and not there
        base: Path = getattr(settings, folder)
        listed += [(f"{folder}/{p.relative_to(base).as_posix()}", p)
                   for p in wanted if p.is_relative_to(base) and p not in known]
    for name, place in listed:
        expected = missing.pop(place, None)
        source = _bytes_of(place, expected)
        if source is None:
            if expected:
                yield Fault("", str(place), "file", _GONE())
            continue
        with source:
            size = source.seek(0, 2)
            source.seek(0)
            digest = out.copy(name, source, size, through)
        if expected and digest != expected:
            yield Fault("", str(place), "file", _DIFFERS(expected=expected, found=digest))


def _bytes_of(place: Path, expected: str | None) -> BinaryIO | None:
    """The file; where another one is expected, which went among the earlier ones meanwhile, that one. None where it is gone."""
    if expected and not (place.exists() and sha256(place.read_bytes()).hexdigest() == expected):
        for moved in (original(place), gave_way(place, expected)):
            if moved.exists():
                return BytesIO(moved.read_bytes())
    try:
        return place.open("rb")
    except FileNotFoundError:
        return None


def _must_be_empty(settings: Settings, found: Archive) -> bool:
    """Whether a restore of this backup goes on that was interrupted. Raises Refused for files that none brought."""
    going_on = _begun_with(settings)
    if going_on == found.digest:
        return True
    if going_on:
        raise Refused(Text("此安装正在恢复的是另一份备份", "it is another backup that this installation is being restored from"),
                      where=str(settings.restoring), todo=Text("用那份备份做完，或另用一个空的安装",
                                                               "go on with that one, or use another empty installation"))
    there = [str(place) for _, place in _files(settings)] + [str(settings.keys / "ledger.key")] * has_key(settings)
    if there:
        raise Refused(Text(f"此安装不是空的，不能恢复到其中（已有 {len(there)} 个文件）",
                           f"this installation is not empty: nothing is restored into it ({len(there)} file(s) are there)"),
                      where=there[0], todo=Text("以 GAOXIN_HOME 指定空的安装", "name an empty one by GAOXIN_HOME"))
    return False


def _begun_with(settings: Settings) -> str | None:
    """The backup that a restore began with and did not end; None where there is none."""
    try:
        return str(json.loads(settings.restoring.read_text(encoding="utf-8"))["sha256"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return "?"


def _begun(settings: Settings, found: Archive, file: Path) -> None:
    told = {"backup": str(file), "sha256": found.digest, "begun": wall_now().isoformat()}
    folders.put(settings.restoring, json.dumps(told, ensure_ascii=False).encode())


def _rows_in(settings: Settings, found: Archive, through: Callable[[int], None], going_on: bool) -> int:
    """Fills the database as its owner, where that is not done, migrates it and opens it. Refused or failed at the first time, the
    installation is as it was."""
    told = found.manifest

    def source(table: str) -> Any:
        through(sum(told["members"][name]["size"] for name in found.names(f"database/{table}")))
        return found.table(table)

    try:
        columns = {name: one["columns"] for name, one in told["tables"].items()}
        rows = dumping.refill(Warehouse.as_owner(settings), settings.sql, told["version"],
                              (told["events"], told["head"]) if going_on else None, columns, source)
    except BaseException:
        if not going_on:
            settings.restoring.unlink()
        raise
    Warehouse.migrate(settings)
    Warehouse.open(settings, restoring=True)
    return rows


def _files_in(settings: Settings, found: Archive, key: bytes | None, through: Callable[[int], None]) -> int:
    count = 0
    for folder in FOLDERS:
        base: Path = getattr(settings, folder)
        for name in found.names(folder):
            content = found.read(name)
            folders.put(base / name.removeprefix(f"{folder}/"), content, landing.MODE if folder == "landing" else 0o600)
            through(2 * len(content))
            count += 1
    if key is not None:
        folders.put(settings.keys / "ledger.key", key.hex().encode() + b"\n", 0o600)
    return count


def _key_of(found: Archive, file: Path, passphrase_file: Path | None) -> bytes | None:
    """The signing key that a backup has; None where it has none."""
    if not found.names("keys"):
        return None
    given = passphrase_file or _beside(file)
    if passphrase_file is None and not given.exists():
        raise UsageError(Text("备份中的签名密钥以口令短语封存", "the signing key in the backup is closed with a passphrase"),
                         where=str(given),
                         todo=Text("以 --passphrase-file 给出口令短语文件；没有的用 --without-keys，另生成新密钥",
                                   "give its file by --passphrase-file; without it restore --without-keys: a new key is made "
                                   "then"))
    return sealing.opened(found.read(_KEY), _passphrase(given))


@contextlib.contextmanager
def _passphrase_of(file: Path, given: Path | None, wanted: bool) -> Iterator[tuple[str | None, Path | None]]:
    """The passphrase to close a key with, and its file; a new one is taken away again where the backup fails."""
    if file.exists():
        raise _there_already(file)
    if not wanted:
        yield None, None
    elif given is not None:
        yield _passphrase(given), given
    else:
        made, beside = sealing.new_passphrase(), _beside(file)
        if beside.exists():
            raise _there_already(beside)
        folders.put(beside, f"{made}\n".encode(), 0o600)
        try:
            yield made, beside
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.passphrase")


def _passphrase(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(Text("口令短语文件读不出来", "the file with the passphrase cannot be read"), where=str(file),
                         todo=Text("检查路径与权限；内容为一行文字", "check path and permissions; it holds one line")) from error


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    try:
        found = file.open("rb")
    except OSError as error:
        why = system_said(error)
        raise UsageError(Text(f"备份文件打不开：{why.zh}", f"the backup cannot be opened: {why.en}"),
                         where=str(file), todo=Text("检查路径与权限", "check path and permissions")) from error
    with found:
        yield found


def _there_already(file: Path) -> UsageError:
    return UsageError(Text(f"{file} 已存在，备份不覆盖任何文件", f"{file} exists, and a backup is written over nothing"),
                      where=str(file), todo=Text("换一个文件名", "use another name"))


def _left_out(settings: Settings) -> Iterator[Text]:
    """What else an installation needs, and a backup has not."""
    yield Text("联系人与账号文件（GAOXIN_CONTACTS、GAOXIN_ACCOUNTS）",
               "the files of contacts and accounts (GAOXIN_CONTACTS, GAOXIN_ACCOUNTS)")
    yield Text("方案文件夹与规则集（dags、expectations）；生效中的各版方案在数据库里",
               "the folders of plans and suites (dags, expectations); the versions in force are in the database")
    yield Text("Airflow 自己的数据库：账号、连接、运行历史", "Airflow's own database: accounts, connections, the history of runs")
    if waiting := sum(p.is_file() and not {"taken", "refused"} & {*p.relative_to(settings.inbox).parts}
                     for p in settings.inbox.rglob("*")):
        yield Text(f"收件箱里还没有收取的 {waiting} 个文件", f"{waiting} file(s) in the inbox that nobody has taken in")


def _restored(file: Path, told: dict[str, Any], rows: int, files: int, key: bytes | None, verified: LedgerVerified,
              faults: Sequence[Fault], left_out: Sequence[Text]) -> Restored:
    return Restored(file, datetime.fromisoformat(told["made_at"]), told["product"], told["version"], told["events"], told["head"],
                    rows, files, key is not None, verified.intact and not faults, verified.rows_checked, verified.files_checked,
                    max(verified.faults_found, len(faults)), faults[:LISTED], left_out)
