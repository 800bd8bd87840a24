"""A unified social credit code (统一社会信用代码, GB 32100-2015) has its shape and the right check character."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, islice

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import FieldType, Form, Item
from gaoxin.quality.blocks import Block, Spread, coded
from gaoxin.quality.check import CANARY_TEXT, IN_SET, REGEX, About, Check, Rules, item_rule
from gaoxin.quality.frames import Given
from gaoxin.returns.codes import all_credit_codes, credit_codes_right

# Two characters, six digits of a region, ten characters; no I, O, S, V, Z.
SHAPE = "^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"

_TOGETHER = 50_000  # codes that are reckoned at once

SHAPE_TITLE = Code("quality.credit_code.title", "18位，字符合规", "18 characters of the code's alphabet")
MISSHAPEN = Code(
    "quality.credit_code", "“{value}”不是统一社会信用代码；应为18位数字和大写字母（不用 I、O、S、V、Z），请对照营业执照",
    "'{value}' is no unified social credit code: 18 digits and capitals, no I, O, S, V, Z; see the licence")
CHECK_TITLE = Code("quality.credit_code.check.title", "校验码正确", "the check character is right")
MISTYPED = Code("quality.credit_code.check", "“{value}”的校验码不对（GB 32100-2015）；多为录错一位，请对照营业执照",
                "the check character of '{value}' is wrong (GB 32100-2015): mostly a typing error; see the licence")


class CreditCode(Check):
    about = About(
        needs=Text("统一社会信用代码栏", "a field of credit codes"),
        how=Text("18 位字符和校验码（GB 32100-2015，模 31）",
                 "18 characters and the check character (GB 32100-2015, modulo 31)"),
        looks_at=Text("代码是否 18 位、校验码是否正确", "whether it has 18 characters and the right check character"),
        why=Text("录错一位就成了另一家企业", "one wrong character is another enterprise"),
        answer=Text("对照营业执照改正", "correct it by the licence"),
        source=Text("GB 32100-2015", "GB 32100-2015"))
    place = 30

    def on_item(self, form: Form, item: Item) -> Rules:
        if item.type is not FieldType.CREDIT_CODE:
            return
        yield item_rule(item, "shape", REGEX, item.id, [CANARY_TEXT, "91500154MA5U0000I1"], title=SHAPE_TITLE, message=MISSHAPEN,
                        regex=SHAPE)
        yield item_rule(item, "check_character", IN_SET, f"{item.id}.check", ["wrong"], value_set=["right"], title=CHECK_TITLE,
                        message=MISTYPED)

    def compute(self, given: Given) -> None:
        """Whether the check character is right; of a code whose shape is wrong the other rule tells."""
        if (block := given.block) is not None:
            for item in block.items:
                if item.type is FieldType.CREDIT_CODE:
                    given.frame.spread(block, item.id, f"{item.id}.check", partial(_checked, block, item.id))


def _checked(block: Block, field: str) -> Spread:
    column = block.column(field)
    if column is not None and column.texts_alone is not None and all_credit_codes(column.texts_alone):
        return block.alike(field, "right")
    shape = re.compile(SHAPE).match
    codes = (code if isinstance(code, str) and shape(code) else None for code in block.values(field))
    return coded(chain.from_iterable(map(_judged, iter(lambda: [*islice(codes, _TOGETHER)], []))))


def _judged(codes: Sequence[str | None]) -> Iterator[str | None]:
    right = iter(credit_codes_right([code for code in codes if code]))
    return (None if code is None else "right" if next(right) else "wrong" for code in codes)
