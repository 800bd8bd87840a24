"""A register has a record, or says that there is none, and a series says something of a variable at least: an untouched template
is no report."""

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form
from gaoxin.quality.check import BETWEEN, About, Check, Rules, expectation

RECORDS = "file.records"  # how many records a register has, a nil report that the form allows counting as one: `building` puts it
FIGURES = "file.figures"  # how many variables a series says something of, a dash counting as well: `building` puts it

TITLE = Code("quality.file_records.title", "名录至少有一条记录", "the register has at least one record")
EMPTY = Code("quality.file_records", "名录为空；本表不允许空报，请补充记录",
             "the register is empty, which this form does not allow; add the records")
TITLE_OR_NIL = Code("quality.file_records.or_nil.title", "名录有记录，或写明零报告",
                    "the register has records, or says that it is a nil report")
UNDECLARED = Code("quality.file_records.or_nil",
                  "名录为空，也没有写明零报告；请填写记录，确无数据的，在封面“零报告”栏填“是”（无封面的，第 3 行只写“零报告”）",
                  "the register is empty and does not say that it is a nil report: fill in the records, or where there is "
                  "nothing to report type yes beside nil on the cover (in a file without one, write nil report alone in row 3)")

TITLE_OF_SERIES = Code("quality.file_records.series.title", "数据表至少填了一个数", "there is a figure in the series at least")
UNTOUCHED = Code("quality.file_records.series",
                 "一个数也没有填，和空白模板一样；请填写，没有发生的填 0，没有数据的填“—”",
                 "no figure is filled in, as in an untouched template: fill them in, nought where nothing happened, and — where "
                 "there is no figure")


class FileRecords(Check):
    about = About(
        needs=Text("名录的记录，封面的零报告，数据表的各格", "records of a register, nil on the cover, cells of a series"),
        how=Text("数记录；写明零报告的计一条；各变量都可不填的数据表，数填了内容的格",
                 "counts the records, a declared nil report as one; of a series without required variables the filled cells"),
        looks_at=Text("名录是否有记录或写明零报告，数据表是否填了什么",
                      "whether a register has records or says nil, a series anything"),
        why=Text("空白模板不是报告", "an untouched template is no report"),
        answer=Text("补填；确无记录的写明零报告，没有数据的填“—”",
                    "fill it in, say that it is a nil report, or type — for no figure"),
        source=Text("本系统实践", "practice of this product"))
    place = 30

    def on_file(self, form: Form | None) -> Rules:
        if form is not None and form.kind == "register":
            title, message = (TITLE_OR_NIL, UNDECLARED) if form.allow_empty else (TITLE, EMPTY)
            yield expectation(RECORDS, BETWEEN, RECORDS, [0], min_value=1, level=0, table="file", title=title, message=message)
        if counts_figures(form):
            yield expectation(FIGURES, BETWEEN, FIGURES, [0], min_value=1, level=0, table="file", title=TITLE_OF_SERIES,
                              message=UNTOUCHED)


def counts_figures(form: Form | None) -> bool:
    """Where a variable is required, it is told as missing already."""
    return form is not None and form.kind == "series" and not any(variable.required for variable in form.variables)
