"""A series of which no variable is required says something of one at least: an untouched template is no report."""

from gaoxin.i18n import Code, Text
from gaoxin.plan.forms import Form
from gaoxin.quality.check import BETWEEN, About, Check, Rules, expectation

FIGURES = "file.figures"  # how many variables a return says something of, a dash counting as well: `building` puts it

TITLE = Code("quality.file_figures.title", "至少填了一个数", "there is a figure at least")
EMPTY = Code("quality.file_figures", "一个数也没有填，和空白模板一样；请填写，没有发生的填 0，没有数据的填“—”",
             "no figure is filled in, as in an untouched template: fill them in, nought where nothing happened, and — where "
             "there is no figure")


class FileFigures(Check):
    about = About(
        needs=Text("数据表的各格", "the cells of a series"),
        how=Text("各变量都可不填的表，数填了内容的格", "counts the cells with content, where no variable is required"),
        looks_at=Text("一张表是否什么也没填", "whether nothing at all is filled in"),
        why=Text("空白模板不是报告", "an untouched template is no report"),
        answer=Text("填数；没有数据的填“—”", "fill in the figures, or — where there are none"),
        source=Text("本系统实践", "practice of this product"))
    place = 31

    def on_file(self, form: Form | None) -> Rules:
        if counts_figures(form):
            yield expectation(FIGURES, BETWEEN, FIGURES, [0], min_value=1, level=0, table="file", title=TITLE, message=EMPTY)


def counts_figures(form: Form | None) -> bool:
    """Where a variable is required, it is told as missing already."""
    return form is not None and form.kind == "series" and not any(variable.required for variable in form.variables)
