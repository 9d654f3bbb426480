"""What an import did, or would do, in the words of a person."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from gateway.feeds.report import Differences, Report

_LONGEST = 60  # characters of a value
_FEW = 5  # products and rows that are named


def phrase(report: Report, things: str) -> str:
    """Several lines, the counts first."""
    return "\n".join([*_counts(report, things), *_notes(report), *_refused(report)]) + "\n"


def few_lines(lines: Sequence[str]) -> str:
    """The first of several lines, and how many there are beside."""
    more = len(lines) - _FEW
    return "\n".join([*lines[:_FEW], *([f"and {more} more"] if more > 0 else [])])


def _counts(report: Report, things: str) -> Iterator[str]:
    would = report.would
    done = "nothing was written: there would be " if would else ""
    hidden = f"{report.hidden:,} hidden, " if report.hidden else ""
    refused = "events" if report.by_name else "rows"  # a row of another system may be several events, each refused by itself
    yield (
        f"{report.rows:,} rows in {report.seconds:,.1f} s: {done}{report.added:,} {things} added, {report.changed:,} changed, "
        f"{report.unchanged:,} known already, {hidden}{report.refused:,} {refused} refused"
    )
    if report.format:
        yield f"read as {report.format}"
    if would:
        yield from _differences(would, report)
    for name, told in report.by_name.items():
        yield f"{name}: {', '.join(f'{what} {count:,}' for what, count in told.items())}"
    if report.categories:
        yield f"{report.categories:,} categories {'to be made or changed' if would else 'made or changed'}"


def _differences(would: Differences, report: Report) -> Iterator[str]:
    if would.added:
        yield f"added: {_few(would.added, report.added)}"
    for field, count in would.fields.items():
        yield f"changed {field} ({count:,}): {'; '.join(_example(*each) for each in would.examples[field])}"
    if report.hidden:
        yield f"hidden: {_few(report.hidden_products, report.hidden)}"


def _example(product: str, was: Any, new: Any) -> str:
    return product if was is None and new is None else f"{product} {_value(was)} → {_value(new)}"


def _notes(report: Report) -> Iterator[str]:
    yield from report.not_hidden
    yield from report.notes
    if report.ignored_columns:
        yield f"columns not read: {', '.join(report.ignored_columns)}"


def _refused(report: Report) -> Iterator[str]:
    for reason, count in report.reasons.items():
        yield f"refused {count:,}: {reason}"
    if report.refused_file:
        yield f"the refused rows are in {report.refused_file}"
    for told in report.first_refused[:_FEW]:
        yield f"line {told['line']}: {told['field']}: {told['reason']}"


def _few(names: Sequence[str], of: int) -> str:
    more = of - len(names[:_FEW])
    return ", ".join(names[:_FEW]) + (f" and {more:,} more" if more else "")


def _value(told: Any) -> str:
    if told is None:
        return "nothing"
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
