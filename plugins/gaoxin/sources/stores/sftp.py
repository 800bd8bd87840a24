"""An SFTP server, whose key must be the one that the connection says: a client that asks for none would hand the password to
whoever answers. It has no ETag: size and time are looked at before and after reading."""

from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

from gaoxin.i18n import Code
from gaoxin.sources.base import DOWN, LARGEST, OPTION, Amiss, Options, Until
from gaoxin.sources.store import Listed, Store, joined

OTHER_KEY = Code("sources.other_host_key", "服务器的主机密钥与连接中写的不符，没有登录：向单位核实换过密钥的，再改 host_key",
                 "the server's key is not the one that the connection says: nobody logged in. Ask the unit whether it changed "
                 "before you change the connection's host_key")
NO_KEY = Code("sources.no_host_key", "连接没有写明服务器的主机密钥，无从核对对方身份，没有登录：向单位问到后写进连接的 host_key",
              "the connection does not say the server's key, and nobody could tell who answers: ask the unit for it and let "
              "host_key say it")


class Sftp(Store):
    protocols = ("sftp", "ssh")
    place = 30
    coarse = 2  # it tells whole seconds

    def __init__(self, options: Options, until: Until) -> None:
        from asyncssh import (
            Error,
            HostKeyNotVerifiable,
            KeyEncryptionError,
            KeyImportError,
            import_known_hosts,
            import_private_key,
        )
        from fsspec.asyn import sync
        from sshfs import SSHFileSystem

        self._root, self._host, self._port = str(options.get("root", "")), options.text("host"), options.port() or 22
        if not (hosts := options.get("known_hosts") and options.text("known_hosts")):
            if not options.get("host_key"):
                raise Amiss(NO_KEY())
            key = _of_key(options)
            hosts = f"{self._host} {key}\n[{self._host}]:{self._port} {key}\n"
        try:
            import_known_hosts(hosts)
        except ValueError as error:
            raise Amiss(OPTION(name="known_hosts")) from error
        given: dict[str, Any] = {name: options.text(name) for name in ("username", "password", "passphrase") if options.get(name)}
        try:  # as text it would be a file's name
            given["client_keys"] = [import_private_key(options.text("private_key"), given.get("passphrase"))
                                    ] if options.get("private_key") else None
        except KeyEncryptionError as error:
            raise Amiss(OPTION(name="passphrase")) from error
        except KeyImportError as error:
            raise Amiss(OPTION(name="passphrase" if "assphrase" in str(error) else "private_key")) from error
        self._sync, self._until, seconds = sync, until, max(2, min(15, int(until.left)))
        try:
            self._fs: Any = SSHFileSystem(self._host, port=self._port, known_hosts=hosts.encode(), connect_timeout=seconds,
                                          login_timeout=seconds, timeout=seconds, agent_path=None, config=None,
                                          skip_instance_cache=True, **given)
        except HostKeyNotVerifiable as error:
            raise Amiss(OTHER_KEY()) from error
        except Error as error:
            raise Amiss(DOWN(said=f"{type(error).__name__} {options.scrubbed(error)}"), again=True) from None
        # What goes amiss is raised to whoever asks; of a read that was given up the client's tasks would be told as well.
        self._fs.loop.call_soon_threadsafe(self._fs.loop.set_exception_handler, lambda *_: None)

    def listed(self, path: str) -> list[Listed]:
        found = self._sync(self._fs.loop, self._fs._ls, self._at(path), detail=True, timeout=self._until.left)
        return [_listed(one) for one in found if one["type"] != "directory"]

    def read(self, file: Listed) -> bytes | None:
        content = self._sync(self._fs.loop, self._got, file.at, timeout=self._until.left)
        folder = str(PurePosixPath(file.at).parent)
        after = self._sync(self._fs.loop, self._fs._ls, folder, detail=True, timeout=self._until.left)
        return content if file in map(_listed, after) else None

    async def _got(self, at: str) -> bytes:
        async with self._fs._pool.get() as channel, channel.open(at, "rb") as opened:
            return bytes(await opened.read(LARGEST + 1))

    def _at(self, path: str) -> str:
        return ("/" if self._root.startswith("/") else "") + joined(self._root, path) or "."

    def where(self, path: str) -> str:
        return f"sftp://{self._host}:{self._port}{'' if self._root.startswith('/') else '/~'}/{joined(self._root, path)}"

    def close(self) -> None:
        with suppress(Exception):
            self._sync(self._fs.loop, self._fs._stack.aclose, timeout=2)


def _of_key(options: Options) -> str:
    """The server's key on one line. Raises Amiss where it is none."""
    from asyncssh import KeyImportError, import_public_key

    try:
        return import_public_key(options.text("host_key")).export_public_key().decode().strip()
    except KeyImportError as error:
        raise Amiss(OPTION(name="host_key")) from error


def _listed(found: dict[str, Any]) -> Listed:
    return Listed(PurePosixPath(found["name"]).name, found["name"], found["type"] == "file", int(found["size"] or 0),
                  found.get("mtime"), f"{found['size']} {found.get('mtime', '')}")
