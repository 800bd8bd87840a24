"""An object store that speaks S3. What was listed is asked for by its ETag: no other object is given in its place."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

from gaoxin.sources.base import LARGEST, OPTION, Amiss, Options, Until
from gaoxin.sources.store import Listed, Store, joined

# Of accounts, by AWS and those that speak like it; s3fs knows a few.
_DENIED = frozenset({"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "401", "403",
                     "InvalidClientTokenId", "AuthFailure", "InvalidSecurity", "TokenRefreshRequired", "UnauthorizedAccess"})
_CHANGED = ("PreconditionFailed", "412")


class S3(Store):
    protocols = ("s3",)
    place = 20

    def __init__(self, options: Options, until: Until) -> None:
        from fsspec.asyn import sync
        from s3fs import S3FileSystem

        if bool(options.get("key")) != bool(options.get("secret")):
            raise Amiss(OPTION(name="key" if options.get("secret") else "secret"))
        named = ("key", "secret", "token", "endpoint_url", "region_name")
        given = {name: options.text(name) for name in named if options.get(name)}
        self._root, slow = str(options.get("root", "")), max(2, min(20, int(until.left / 3)))
        limits = {"connect_timeout": min(5, slow), "read_timeout": slow, "retries": {"max_attempts": 2}}
        # Not the caches of fsspec: they keep connections, secrets and listings.
        self._fs: Any = S3FileSystem(
            key=given.get("key"), secret=given.get("secret"), token=given.get("token"), anon="key" not in given,
            client_kwargs={name: given[name] for name in ("endpoint_url", "region_name") if name in given},
            config_kwargs={**limits, **options.mapping("config_kwargs")}, use_listings_cache=False, skip_instance_cache=True)
        self._fs.retries = 1  # it would try five times on top of the client's own
        self._until, self._sync = until, sync

    def listed(self, path: str) -> list[Listed]:
        folder = joined(self._root, path)
        with _as_os_errors():
            found = self._sync(self._fs.loop, self._fs._ls, folder, detail=True, refresh=True, timeout=self._until.left)
        return [_listed(one) for one in found if one["type"] == "file" and one["name"].strip("/") != folder]

    def read(self, file: Listed) -> bytes | None:
        try:
            with _as_os_errors():
                return self._sync(self._fs.loop, self._got, file, timeout=self._until.left)
        except OSError as error:
            if isinstance(error, FileNotFoundError) or _code(error) in _CHANGED:
                return None
            raise

    async def _got(self, file: Listed) -> bytes:
        bucket, _, key = file.at.partition("/")
        answer = await self._fs._call_s3("get_object", Bucket=bucket, Key=key, IfMatch=file.mark.split(" ", 1)[0])
        async with answer["Body"] as body:
            return bytes(await body.read(LARGEST + 1))

    def where(self, path: str) -> str:
        return f"s3://{joined(self._root, path)}"


def _listed(found: dict[str, Any]) -> Listed:
    mark = f"{found.get('ETag', '')} {found['size']} {found.get('LastModified', '')}"
    return Listed(PurePosixPath(found["name"]).name, found["name"], True, int(found["size"]), found.get("LastModified"), mark)


@contextmanager
def _as_os_errors() -> Iterator[None]:
    """Errors of the client as those of an operating system, which s3fs makes of some of them."""
    from aiohttp import ClientError
    from botocore.exceptions import BotoCoreError
    from botocore.exceptions import ClientError as Answered

    try:
        yield
    except ValueError as error:  # of an address that is none
        if "endpoint" not in str(error).lower():
            raise
        raise Amiss(OPTION(name="endpoint_url")) from error
    except (OSError, BotoCoreError, Answered, ClientError) as error:
        if _code(error) in _DENIED:
            raise PermissionError(errno.EACCES, str(error)) from error
        if isinstance(error, OSError) and not isinstance(error, ClientError):
            raise
        raise OSError(errno.EIO, str(error)) from error


def _code(error: BaseException | None) -> str:
    """What the object store called it."""
    while error is not None:
        if isinstance(found := getattr(error, "response", None), dict):
            return str(found.get("Error", {}).get("Code", ""))
        error = error.__cause__
    return ""
