"""What became of a batch of rows, each judged by itself; and what those that were taken name in vain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.domain.event import Refusal
from gateway.domain.page import Warning
from gateway.errors import LimitExceeded

MAX_ROWS = 1000  # a call
_MOST_NAMED = 5  # of what is unknown, in one sentence


@dataclass(frozen=True, slots=True)
class Taken:
    """For each row why it was refused, if it was; and what is doubtful in those that were taken."""

    refused: Sequence[Refusal | None]
    warnings: tuple[Warning, ...] = ()


def check_rows(field: str, count: int) -> None:
    """LimitExceeded where a call brings more than it may."""
    if count > MAX_ROWS:
        raise LimitExceeded(f"at most {MAX_ROWS:,} {field} a call, not {count:,}", field=field)


def in_vain(products: Sequence[str] = (), categories: Sequence[str] = ()) -> Iterator[Warning]:
    """Nothing is shown of what the shop does not have."""
    if products:
        yield Warning("UNKNOWN_PRODUCT", f"the shop has no product {_some(products)}")
    if categories:
        yield Warning("UNKNOWN_CATEGORY", f"the shop has no category {_some(categories)}")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(repr(name) for name in names[:_MOST_NAMED]) + more
