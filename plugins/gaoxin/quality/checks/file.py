"""What a file has to yield: data at all, and of a register that must not be empty a record."""

from gaoxin.i18n import Code
from gaoxin.plan.forms import Form
from gaoxin.quality.check import BETWEEN, IN_SET, Check, Rules, expectation

READABLE = "file.readable"  # yes, no: `building` puts it, for a file that cannot be read too

READABLE_TITLE = Code("quality.file_readable.title", "文件读得出数据", "the file yields data")
NO_DATA = Code("quality.file_readable", "读不出数据；请用本系统生成的模板重新填报",
           "no data could be read; fill in the template that this system writes")

RECORDS = "file.records"  # how many records a register has: `building` puts it

RECORDS_TITLE = Code("quality.file_records.title", "名录至少有一条记录", "the register has at least one record")
NO_RECORD = Code("quality.file_records", "名录为空；本表不允许空报，请补充记录",
             "the register is empty, which this form does not allow; add the records")


class FileReadable(Check):
    place = 10

    def on_file(self, form: Form | None) -> Rules:
        yield expectation(READABLE, IN_SET, READABLE, ["no"], value_set=["yes"], level=0, table="file", title=READABLE_TITLE,
                          message=NO_DATA)


class FileRecords(Check):
    place = 30

    def on_file(self, form: Form | None) -> Rules:
        if form is not None and form.kind == "register" and not form.allow_empty:
            yield expectation(RECORDS, BETWEEN, RECORDS, [0], min_value=1, level=0, table="file", title=RECORDS_TITLE,
                              message=NO_RECORD)
