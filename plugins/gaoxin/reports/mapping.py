"""A sheet in colours: what a mapping takes of it, what it leaves out, what it tells. One HTML file without scripts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from gaoxin.i18n import Lang, Worded
from gaoxin.mapping.picture import CellState, Shown


def render_mapping(name: Worded, version: int, file: str, sheets: Sequence[Shown], told: Sequence[tuple[str, Worded]],
                   counts: Mapping[CellState, int], lang: Lang) -> str:
    """name: of the mapping. told: place and message, in order. counts: figures taken, cells left out, things told."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True,
                              lstrip_blocks=True, undefined=StrictUndefined)
    environment.filters["said"] = lambda word: word if isinstance(word, str) else word.to(lang)
    environment.filters["t"] = lambda zh, en: zh if lang == "zh" else en
    return environment.get_template("mapping.html.j2").render(name=name, version=version, file=file, sheets=sheets, told=told,
                                                              counts=counts, html_lang="zh-CN" if lang == "zh" else "en")
