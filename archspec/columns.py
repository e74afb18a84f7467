"""Records as a table in four formats: for people, for programs, for spreadsheets, for pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from archspec import report
from archspec.errors import printable

FORMATS = ("table", "json", "csv", "md")


@dataclass(frozen=True)
class Column:
    """A column: its name for programs, its label and text for people.

    `value` takes a record to what stands in its cell, None where there is nothing; `text` writes that.
    """

    name: str
    label: str
    value: Callable[[Any], Any]
    text: Callable[[Any], str] = str
    right: bool = True

    def cell(self, record: Any) -> str:
        """The cell as people read it."""
        value = self.value(record)
        return "" if value is None else printable(self.text(value))


def rendered(columns: Sequence[Column], records: Sequence[Any], form: str) -> str:
    """Records, a line each, as an aligned `table`, as `md` for Markdown, or as `csv` with raw values."""
    if form == "csv":
        return _csv(columns, records)
    header = [column.label for column in columns]
    rows = [[column.cell(record) for column in columns] for record in records]
    right = [place for place, column in enumerate(columns) if column.right]
    return report.markdown(header, rows, right) if form == "md" else report.table(header, rows, right)


def _csv(columns: Sequence[Column], records: Sequence[Any]) -> str:
    import csv  # these two only for who asks
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    for record in records:
        values = [column.value(record) for column in columns]
        writer.writerow(["x".join(map(str, v)) if isinstance(v, tuple | list) else v for v in values])
    return text.getvalue().rstrip("\n")


def html(columns: Sequence[Column], records: Sequence[Any]) -> str:
    """Records as a table of HTML, for notebooks."""
    head = "".join(f"<th>{escape(column.label)}</th>" for column in columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(column.cell(record))}</td>" for column in columns) + "</tr>"
        for record in records
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
