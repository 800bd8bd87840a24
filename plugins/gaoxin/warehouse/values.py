"""What a read return becomes in the facts: values in the plan's units of measure, each with its cell. Pure."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gaoxin.plan.forms import SeriesForm
from gaoxin.plan.model import Plan
from gaoxin.returns.model import ReadReturn


def series_values(read: ReadReturn, plan: Plan) -> list[dict[str, Any]]:
    """Values of a series form by variable, in the plan's unit of measure; a row left empty yields none."""
    from gaoxin.returns.reader import in_plan_unit

    form = plan.form(read.key.form) if read.key else None
    variables = {v.id: v for v in form.variables} if isinstance(form, SeriesForm) else {}
    return [
        {
            "variable": variable.id, "value": value, "unit_of_measure": variable.unit,
            "sheet": item.value.sheet, "cell": item.value.cell,
        }
        for item in read.series
        if (variable := variables.get(item.variable)) and (value := in_plan_unit(variable, item)) is not None
    ]


def entry_values(read: ReadReturn) -> list[dict[str, Any]]:
    """Records of a register: fields and cells by field id; a value as text, a date as ISO date."""
    found = []
    for entry in read.entries:
        sheets = [cell.sheet for cell in entry.fields.values()]
        found.append({
            "row_no": entry.row,
            "fields": {name: _as_text(cell.value) for name, cell in entry.fields.items()},
            "cells": {name: cell.cell for name, cell in entry.fields.items()},
            "sheet": sheets[0] if sheets else "",
        })
    return found


def _as_text(value: Decimal | date | str | None) -> str | None:
    match value:
        case None:
            return None
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value)
