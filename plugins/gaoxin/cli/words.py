"""The words of terminals: states with a text mark and a colour so that none of them carries the meaning alone."""

from gaoxin.campaign.wording import WORDS, head, known
from gaoxin.i18n import Lang

__all__ = ["WORDS", "head", "known", "word"]


def word(state: str | None, lang: Lang, *, of: str = "") -> str:
    """A state as rich markup: mark, word, colour. An unknown state is shown as it is: hiding it would be worse."""
    if state is None:
        return "—"
    found = known(state, of)
    if found is None:
        from rich.markup import escape

        from gaoxin.plan.criteria import CRITERIA
        from gaoxin.plan.fields import name_of

        return name_of(CRITERIA[state]).to(lang) if state in CRITERIA else escape(state)
    text = f"{found.mark} {found.en if lang == 'en' else found.zh}".strip()
    return f"[{found.style}]{text}[/]" if found.style else text
