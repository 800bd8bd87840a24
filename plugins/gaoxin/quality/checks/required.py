"""What a form requires is filled in."""

from gaoxin.i18n import Code
from gaoxin.plan.forms import Form
from gaoxin.quality.check import IN_SET, Check, Rules, cell_rule
from gaoxin.quality.frames import Given

REQUIRED = "cell.required"  # given, missing

TITLE = Code("quality.required.title", "必填", "required")
FIGURE = Code("quality.required.figure", "没有填报；请补填，确为零请填 0",
              "not reported; fill it in, and write 0 if it is nought")
FIELD = Code("quality.required.field", "没有填写；请补填", "not filled in; fill it in")


class Required(Check):
    place = 10

    def on_cells(self, form: Form) -> Rules:
        asked = [item for item in form.asked if item.required]
        message = FIGURE if form.kind == "series" else FIELD
        return cell_rule(asked, "required", IN_SET, REQUIRED, ["missing"], value_set=["given"], title=TITLE, message=message)

    def compute(self, given: Given) -> None:
        for cell in given.cells():
            if cell.item.required:
                given.frame.put(cell.row, REQUIRED, "missing" if cell.state in ("blank", "absent") else "given")
