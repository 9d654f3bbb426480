"""A progress bar, on a terminal only, for what takes longer than two seconds."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gateway.feeds.report import Tell

_PATIENCE = 2.0  # seconds


@contextmanager
def progress_shown() -> Iterator[Tell]:
    """What to tell how far the work is."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda *_: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task, started = bar.add_task("reading", visible=False), monotonic()

        def tell(doing: str, done: int, of: int | None) -> None:
            visible = monotonic() - started > _PATIENCE
            bar.update(task, description=doing, completed=done, total=of, visible=visible, refresh=visible)

        yield tell
