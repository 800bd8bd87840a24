"""Files of a folder, wherever it is. What is read is what was listed: a file that changes meanwhile, or changed a moment ago,
waits for the next time. Links are never followed. Nothing is moved or deleted: the folder is the unit's."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from gaoxin.clock import wall_now
from gaoxin.i18n import Code, Message
from gaoxin.plan.sources.folder import FolderSource
from gaoxin.sources.base import (
    DENIED,
    DOWN,
    LARGEST,
    NO_DRIVER,
    TOO_LARGE,
    TOO_SLOW,
    Amiss,
    Brought,
    Fetched,
    Fetcher,
    Options,
    Until,
    Wanted,
)
from gaoxin.sources.store import Listed, Store, joined
from gaoxin.sources.stores import STORES

NO_FOLDER = Code("sources.no_folder", "没有文件夹 {path}：核对来源的 path 和连接的 root，或请单位建立",
                 "there is no folder {path}: look at the source's path and the connection's root, or ask the unit to make it",
                 path=str)
LINK = Code("sources.link", "是链接或特殊文件，不取：请单位放文件本身",
            "it is a link or no regular file, and is not fetched: let the unit put the file itself there")
YOUNG = Code("sources.young", "{seconds} 秒内改动过，下次再取", "it changed within {seconds} s and waits for the next time",
             seconds=int)
CHANGED = Code("sources.changed", "读取时被改动，下次再取", "it changed while it was read, and waits for the next time")
MORE = Code("sources.more_files", "已取 {most} 个文件，其余下次再取",
            "{most} files were fetched: the rest waits for the next time", most=int)
PROTOCOL = Code("sources.protocol", "连接的 protocol 是 {written}；可用：{known}",
                "the connection's protocol is {written!r}; known: {known}")
_TOGETHER = 5 * LARGEST  # bytes of one fetch


class FolderFetcher(Fetcher[FolderSource]):
    of = FolderSource

    def fetch(self, wanted: Wanted[FolderSource], options: Options, known: Mapping[str, str], until: Until) -> Brought:
        path, store = wanted.filled(wanted.source.path).strip("/"), None
        try:
            store = _store(options, until)
            files = [f for f in store.listed(path)
                     if not f.name.startswith((".", "~$")) and fnmatchcase(f.name, wanted.source.names)]
            return _brought(wanted.source, store, path, sorted(files, key=lambda f: f.name), known, until)
        except FileNotFoundError as error:
            raise Amiss(NO_FOLDER(path=store.where(path) if store else path)) from error
        except PermissionError as error:
            raise Amiss(DENIED(said=options.scrubbed(error))) from None
        except OSError as error:  # TimeoutError is one
            if store is not None and _is_over(error, until):
                raise Amiss(TOO_SLOW(seconds=until.seconds)) from None
            raise Amiss(DOWN(said=f"{type(error).__name__} {options.scrubbed(error)}"), again=True) from None
        finally:
            if store is not None:
                store.close()


def _brought(source: FolderSource, store: Store, path: str, files: list[Listed], known: Mapping[str, str], until: Until
             ) -> Brought:
    fetched, waiting, refused, unchanged = list[Fetched](), list[tuple[str, Message]](), list[tuple[str, Message]](), 0
    settle, over = max(source.settle, store.coarse), False
    for file in files:
        place = store.where(joined(path, file.name))
        if not file.regular:
            refused.append((file.name, LINK()))
        elif known.get(place) == file.mark:
            unchanged += 1
        elif file.size > LARGEST:
            refused.append((file.name, TOO_LARGE(name=file.name, mb=LARGEST // 2**20)))
        elif file.changed and (wall_now() - file.changed).total_seconds() < settle:
            waiting.append((file.name, YOUNG(seconds=settle)))
        elif len(fetched) >= source.at_most or sum(len(f.content) for f in fetched) + file.size > _TOGETHER:
            waiting.append((file.name, MORE(most=len(fetched))))
        elif over := over or (bool(fetched) and until.is_over):
            waiting.append((file.name, TOO_SLOW(seconds=until.seconds)))  # what came is kept: else a slow server brings nothing
        else:
            try:
                content = store.read(file) if until.left else None
            except TimeoutError as error:
                if not (fetched and _is_over(error, until)):
                    raise
                over = True
                waiting.append((file.name, TOO_SLOW(seconds=until.seconds)))
                continue
            if content is not None and len(content) == file.size:
                fetched.append(Fetched(content, place, file.mark, name=file.name))
            else:
                waiting.append((file.name, CHANGED()))
    return Brought(tuple(fetched), unchanged, tuple(waiting), tuple(refused))


def _is_over(error: OSError, until: Until) -> bool:
    return isinstance(error, TimeoutError) and until.is_over


def _store(options: Options, until: Until) -> Store:
    """Raises Amiss."""
    kind = options.text("protocol", "file")
    if kind not in STORES:
        raise Amiss(PROTOCOL(written=kind, known=tuple(STORES)))
    try:
        return STORES[kind](options, until)
    except ModuleNotFoundError as error:
        raise Amiss(NO_DRIVER(name=error.name or kind)) from error
