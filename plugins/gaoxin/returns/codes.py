"""Check characters and shapes of the codes that registers carry. Pure functions over text; no repairs (normalise does).

Sources: GB 32100-2015 for the unified social credit code (统一社会信用代码), GB 11714-1997 for the nine-character
organisation code inside it. The shape of a high-tech enterprise certificate (高新技术企业证书) follows the numbers that
the provinces publish: two letters, year, province, six digits.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from gaoxin.containers.lines import tables

# 31 characters: digits and capitals without I, O, S, V, Z, which are mistaken for 1, 0, 5, U and 2.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {char: number for number, char in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

_SHAPE = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
# GR: first recognition or re-recognition; GF: renewal by review, used until the rules of 2016 abolished it. The two
# digits of the province are followed by six more; where a city has its own agency (Dalian, Ningbo, Xiamen, Qingdao,
# Shenzhen) or two provinces share a number (Chongqing numbers within 51), the first of the six tells them apart, so the
# province cannot be checked against the administrative code.
_CERTIFICATE = re.compile(r"G[RF]((?:19|20)\d{2})([1-6]\d)(\d{6})")

FIRST_CERTIFICATE_YEAR = 2008  # the Measures for recognition of 2008 began the present numbering


def credit_code_check(first17: str) -> str:
    """The check character of a unified social credit code from its first 17. Raises ValueError for any other text."""
    if len(first17) != 17 or any(c not in _VALUE for c in first17):
        raise ValueError(f"not 17 characters of the code's alphabet: {first17!r}")
    total = sum(_VALUE[c] * w for c, w in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def is_credit_code(text: str) -> bool:
    """18 characters of the right alphabet, six digits of a region, and the right check character (GB 32100-2015)."""
    return bool(_SHAPE.fullmatch(text)) and credit_code_check(text[:17]) == text[17]


def credit_codes_right(codes: Sequence[str]) -> list[bool]:
    """As the check character of `is_credit_code`, of many codes: 18 characters of the alphabet each."""
    import numpy

    if not codes:
        return []
    values = numpy.zeros(256, dtype=numpy.int64)
    values[numpy.frombuffer(ALPHABET.encode(), dtype=numpy.uint8)] = range(len(ALPHABET))
    found = values[numpy.frombuffer("".join(codes).encode("ascii"), dtype=numpy.uint8).reshape(len(codes), 18)]
    right: list[bool] = (-(found[:, :17] @ numpy.array(_WEIGHTS)) % 31 == found[:, 17]).tolist()
    return right


def all_credit_codes(texts: Iterable[str]) -> bool:
    """Whether `is_credit_code` is true of each of many texts."""
    import numpy

    values = numpy.full(128, -1, dtype=numpy.int16)
    values[numpy.frombuffer(ALPHABET.encode(), dtype=numpy.uint8)] = range(len(ALPHABET))
    if (lines := tables(texts)) is None:
        return False
    for line in lines:
        if line.shape[1] != 18:
            return False
        found = values.take(line)
        sums = found[:, :17] @ numpy.array(_WEIGHTS, dtype=numpy.int16)  # 15,810 at most
        if found.min() < 0 or found[:, 2:8].max() > 9 or not (-sums % 31 == found[:, 17]).all():
            return False
    return True


def organisation_code_check(first8: str) -> str:
    """The check character of an organisation code (GB 11714-1997), places 9–17 of a credit code: weights mod 11."""
    if len(first8) != 8 or not re.fullmatch(r"[0-9A-Z]{8}", first8):
        raise ValueError(f"not 8 digits or capitals: {first8!r}")
    values = [int(c, 36) for c in first8]  # A is 10 … Z is 35
    rest = 11 - sum(v * w for v, w in zip(values, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def make_credit_code(department: str, region: str, organisation8: str) -> str:
    """A credit code that holds its own checks. department: the first two characters; region: six digits."""
    first17 = department + region + organisation8 + organisation_code_check(organisation8)
    return first17 + credit_code_check(first17)


def certificate_year(text: str) -> int | None:
    """The year of issue in a high-tech enterprise certificate's number, or None when it is not such a number."""
    found = _CERTIFICATE.fullmatch(text)
    return int(found[1]) if found and int(found[1]) >= FIRST_CERTIFICATE_YEAR else None


def valid_until(issued: date, years: int = 3) -> date:
    """The last day on which a certificate of `issued` is valid: the day before the same day `years` later. A certificate of 29
    February ends on the last day of February."""
    try:
        again = issued.replace(year=issued.year + years)
    except ValueError:
        again = date(issued.year + years, 3, 1)
    return date.fromordinal(again.toordinal() - 1)
