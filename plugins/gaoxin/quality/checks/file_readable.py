"""A file yields data at all."""

from gaoxin.i18n import Code
from gaoxin.plan.forms import Form
from gaoxin.quality.check import IN_SET, Check, Rules, expectation

READABLE = "file.readable"  # yes, no: `building` puts it, for a file that cannot be read too

TITLE = Code("quality.file_readable.title", "文件读得出数据", "the file yields data")
NOT = Code("quality.file_readable", "读不出数据；请用本系统生成的模板重新填报",
           "no data could be read; fill in the template that this system writes")


class FileReadable(Check):
    place = 10

    def on_file(self, form: Form | None) -> Rules:
        yield expectation(READABLE, IN_SET, READABLE, ["no"], value_set=["yes"], level=0, table="file", title=TITLE, message=NOT)
