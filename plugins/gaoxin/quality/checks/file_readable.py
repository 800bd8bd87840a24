"""A file yields data at all."""

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form
from gaoxin.quality.check import IN_SET, About, Check, Rules, expectation

READABLE = "file.readable"  # yes, no: `building` puts it, for a file that cannot be read too

TITLE = Code("quality.file_readable.title", "文件读得出数据", "the file yields data")
NOT = Code("quality.file_readable", "读不出数据；请用本系统生成的模板重新填报",
           "no data could be read; fill in the template that this system writes")


class FileReadable(Check):
    about = About(
        needs=Text("文件", "the file"),
        how=Text("读得出至少一个数、一条记录，或零报告", "at least one figure, one record or a nil report can be read"),
        looks_at=Text("文件里有没有读得出的数据", "whether the file holds data that can be read"),
        why=Text("读不出的文件等于没有报", "a file that cannot be read is no report"),
        answer=Text("用系统生成的模板重新填报", "fill in the template that the system writes"),
        source=Text("欧洲统计体系核验手册 0 级", "ESS validation handbook, level 0"))
    place = 10

    def on_file(self, form: Form | None) -> Rules:
        yield expectation(READABLE, IN_SET, READABLE, ["no"], value_set=["yes"], level=0, table="file", title=TITLE, message=NOT)
