"""Figures as people read them. The one formatter: words, findings, reports and terminals take it from here."""

from decimal import Decimal


def plain(value: Decimal | int, *, places: int | None = None, digits: int | None = None, grouped: bool = False) -> str:
    """A number without exponent and without trailing noughts: 600, 0.6, 2. Negative nought is 0.
    places: rounded to at most so many digits after the point. digits: rounded to at most so many significant digits, but never
    before the point. grouped: with thousands separators, 1,200. Rounding is half to even, as Decimal has it. Raises nothing: NaN
    and infinity read as they are."""
    if not isinstance(value, Decimal):
        value = Decimal(value)
    if not value.is_finite():
        return str(value)
    if digits is not None and value:
        places = max(0, digits - 1 - value.adjusted())
    text = f"{value:{',' if grouped else ''}{'' if places is None else f'.{places}'}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def telling(value: Decimal, *marks: Decimal, places: int) -> Decimal:
    """A number rounded to so many digits after the point, or to as many more as keep it on its side of each mark that it is held
    against: 59.997 against 60, and not 60."""
    for at in range(places, 28):
        rounded = round(value, at)
        if all((rounded < m, rounded > m) == (value < m, value > m) for m in marks):
            return rounded
    return value
