"""Days as an iCalendar (RFC 5545), for the programs in which offices keep their appointments. What is asked of it is whole days
and nothing more: a writer of them is shorter than a library's use would be."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from gaoxin.campaign.desks import Appointment
from gaoxin.i18n import Lang, Text, Worded

_DRILL = Text("【演练】", "[DRILL] ")
_DONE = Text("（已报）", " (done)")
_LINE = 75  # octets of a line, its end not counted (RFC 5545, 3.1)


def icalendar_of(name: Worded, found: Iterable[Appointment], now: datetime, lang: Lang, *, drill: bool) -> bytes:
    """Whole days, with a reminder on the morning of the day before where they are not done. The same id names the same duty when
    its day moves."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//gaoxin//desk//ZH", f"X-WR-CALNAME:{_text(name.to(lang))}",
             "X-WR-TIMEZONE:Asia/Shanghai"]
    for one in found:
        told = (_DRILL.to(lang) if drill else "") + one.told.to(lang) + (_DONE.to(lang) if one.done else "")
        lines += ["BEGIN:VEVENT", f"UID:{one.key}@gaoxin", f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
                  f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}", f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}",
                  f"SUMMARY:{_text(told)}", "TRANSP:TRANSPARENT"]
        if one.more is not None:
            lines.append(f"DESCRIPTION:{_text(one.more.to(lang))}")
        if not one.done:
            lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(told)}", "TRIGGER:-PT15H", "END:VALARM"]
        lines.append("END:VEVENT")
    return "".join(part for line in (*lines, "END:VCALENDAR") for part in _folded(line)).encode()


def _text(told: str) -> str:
    """A text as a value of a property (3.3.11)."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        told = told.replace(plain, escaped)
    return told


def _folded(line: str) -> Iterator[str]:
    """A line in parts of at most so many octets, never within a character."""
    part = ""
    for sign in line:
        if len((part + sign).encode()) > _LINE:
            yield part + "\r\n"
            part = " "
        part += sign
    yield part + "\r\n"
