"""A register that must not be empty has a record."""

from gaoxin.i18n import Code
from gaoxin.plan.forms import Form
from gaoxin.quality.check import BETWEEN, Check, Rules, expectation

RECORDS = "file.records"  # how many records a register has: `building` puts it

TITLE = Code("quality.file_records.title", "名录至少有一条记录", "the register has at least one record")
EMPTY = Code("quality.file_records", "名录为空；本表不允许空报，请补充记录",
             "the register is empty, which this form does not allow; add the records")


class FileRecords(Check):
    place = 30

    def on_file(self, form: Form | None) -> Rules:
        if form is not None and form.kind == "register" and not form.allow_empty:
            yield expectation(RECORDS, BETWEEN, RECORDS, [0], min_value=1, level=0, table="file", title=TITLE, message=EMPTY)
