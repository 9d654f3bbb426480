"""endcap evaluate: how good a tenant's recommendations are, measured on its own newest visits."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from gateway.commands.attempt import run
from gateway.commands.progress import progress_shown
from gateway.domain.tenant import TenantId
from gateway.evaluation.evaluate import SAMPLE, Wish
from gateway.evaluation.evaluate import evaluate as evaluate_past
from gateway.evaluation.measures import Figure
from gateway.evaluation.picture import draw
from gateway.evaluation.question import ABOUT, Task
from gateway.evaluation.report import Entry, Evaluation
from gateway.index.workshop import CATEGORIES, EVENTS, PRODUCTS, Limits
from gateway.services.administering.tenants import find_tenant
from gateway.settings import Settings
from gateway.store.training import TrainingStore
from gateway.wiring import open_stores

_WHOLE = 133  # columns that every figure with its interval needs


def evaluate(
    tenant: Annotated[str | None, typer.Option(help="Whose; may be left out where there is one tenant only.")] = None,
    days: Annotated[
        float | None, typer.Option(min=0.01, help="Hold out the last so many days; otherwise those of a tenth of the visits.")
    ] = None,
    sample: Annotated[int, typer.Option(min=100, max=100_000, help="At most so many questions of each task.")] = SAMPLE,
    out: Annotated[Path | None, typer.Option(help="Draw the hit rates into this file, an SVG.", dir_okay=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print every figure as JSON.")] = False,  # noqa: FBT002
) -> None:
    """Measure the recommendations: train on what came before, and ask about the visits that began after. Changes nothing."""
    settings = Settings.from_environment()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="evaluation-", dir=settings.data_dir.resolve()) as name, progress_shown() as tell:
        place = Path(name)
        (place / "told").mkdir()
        tell("reading products and events", 0, None)
        tenant_id = run(_bring(settings, tenant, place / "told"))
        limits = Limits(settings.training_memory_mb, settings.training_threads)
        wish = Wish(tenant_id=tenant_id, told=place / "told", place=place, limits=limits, days=days, sample=sample)
        found = evaluate_past(wish, tell)
    if out:
        out.write_text(draw(found))
    if as_json:
        typer.echo(orjson.dumps(found.as_json(), option=orjson.OPT_INDENT_2).decode())
    else:
        _show(found)


async def _bring(settings: Settings, name: str | None, told: Path) -> TenantId:
    async with open_stores(settings) as stores:
        tenant = await find_tenant(stores.tenants, name)
        async with TrainingStore(stores.db).past(tenant.tenant_id) as past:
            await past.write_products(told / PRODUCTS)
            await past.write_categories(told / CATEGORIES)
            await past.write_events(told / EVENTS, await past.days(), await past.types())
    return tenant.tenant_id


def _show(found: Evaluation) -> None:
    console = Console()
    whole = console.width >= _WHOLE
    console.print(
        f"{found.tenant_id}: learnt from {found.learnt_events:,} events on {found.products:,} products, "
        f"asked about the last {found.days:.1f} days; {found.seconds:.0f} s",
        highlight=False,
    )
    for task in Task:
        if entries := found.of(task):
            questions = entries[0].figures.questions
            console.print(f"\n{task}: {ABOUT[task]} ({questions:,} questions)", highlight=False)
            console.print(_table(entries, whole=whole))
    for name, why in found.left_out.items():
        console.print(f"{name} did not take part: {why}", highlight=False)
    console.print("In brackets: 95 % intervals. A star: a baseline. Novelty in bits.", style="dim", highlight=False)
    if not whole:
        console.print(f"There is more on {_WHOLE} columns and in --json.", style="dim", highlight=False)


def _table(entries: Sequence[Entry], *, whole: bool) -> Table:
    """Contenders of one task; where it is not the whole, coverage, novelty and all intervals but the first are left out."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for column in ("HR@20", "MRR@20", "NDCG@20", "recall@20", "answered", *(("coverage", "novelty") if whole else ())):
        table.add_column(column, justify="right", no_wrap=True)
    for entry in entries:
        figures = entry.figures
        means = (figures.mrr, figures.ndcg, figures.recall)
        middle = [_phrase(mean) if whole else f"{100 * mean.value:.1f}" for mean in means]
        last = [f"{figures.coverage:.0%}", f"{figures.novelty:.1f}"] if whole else []
        name = entry.name if entry.ours else f"{entry.name} *"
        table.add_row(name, _phrase(figures.hit_rate), *middle, f"{figures.answered:.0%}", *last)
    return table


def _phrase(mean: Figure) -> str:
    low, high = mean.interval
    return rf"{100 * mean.value:.1f} \[{100 * low:.1f}, {100 * high:.1f}]"
