"""A file most of whose rows fail on one column, which was rather taken for another: how to say so is said once."""

from collections.abc import Iterator, Mapping, Sequence

from gateway.feeds.columns import listed
from gateway.feeds.report import Report

_MOST = 0.5  # of the rows
_SAID_ELSEWHERE = frozenset({"UNKNOWN_TYPE", "OTHER_CURRENCY"})


def misread(report: Report, theirs: Sequence[str], places: Mapping[str, int]) -> Iterator[str]:
    """Which of their columns was taken for the one that most rows fail on. `places`: where our columns stand in theirs."""
    reason, count = next(iter(report.reasons.items()), ("", 0))
    field, _, code = reason.partition(": ")
    if count > _MOST * report.rows and field in places and code not in _SAID_ELSEWHERE:
        yield (
            f"{field} was read from the column {theirs[places[field]]!r}: where another holds it, say --map {field}=THEIRS; "
            f"the file has {listed(theirs)}"
        )
