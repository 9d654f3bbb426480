"""endcap demo: the example shop, GraphiQL and recommendations, from nothing."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from gateway.app import FirstLook, create_app
from gateway.commands import attempt
from gateway.commands.serve import check_port, run_server
from gateway.commands.train import showing
from gateway.demo import shop
from gateway.demo.catalog import PRODUCTS, SWEDEN, build_catalog
from gateway.demo.keys import DemoKeys
from gateway.demo.looking import look_back
from gateway.demo.seed import DEMO, Size, Tell, seed
from gateway.demo.shelves import SHELVES
from gateway.demo.shoppers import EVENTS, last_midnight
from gateway.demo.welcome import first_variables, welcome
from gateway.settings import Settings
from gateway.trainer import train
from gateway.wiring import database_url, open_stores

_QUIET = {"ENDCAP_LOG_LEVEL": "warning", "ENDCAP_LOG_FORMAT": "text"}  # on a terminal the addresses should stay in sight


def demo(
    products: Annotated[
        int, typer.Option(min=len(SHELVES), help="How many products the shop is made with, at the first start.")
    ] = PRODUCTS,
    events: Annotated[int, typer.Option(min=1000, help="How many events its shoppers leave behind.")] = EVENTS,
) -> None:
    """Run the demo shop and GraphiQL: everything is made at the first start, and found at the next."""
    settings = replace(Settings.from_environment({**_QUIET, **os.environ}), workers=1)
    check_port(settings, "demo")
    with database_url(settings) as url:  # held, so that the embedded server starts once
        here = replace(settings, database_url=url)
        keys = attempt.run(_prepare(here, Size(products, events)))
        catalog = build_catalog(max(PRODUCTS, products))  # a smaller shop is a part of the larger one
        first_look = FirstLook(keys.admin, first_variables(catalog, SWEDEN.market_id))
        application = create_app(here, extra=shop.routes(keys.storefront, catalog), first_look=first_look)
        sys.stdout.write(welcome(settings, catalog, SWEDEN.market_id, keys.admin))
        sys.stdout.flush()
        run_server(here, lambda: application)


async def _prepare(settings: Settings, size: Size) -> DemoKeys:
    async with open_stores(settings) as stores:
        with _showing() as tell:
            keys = await seed(stores, settings, now := datetime.now(UTC), size=size, tell=tell)
        if await stores.releases.serving(DEMO) is None:
            async with asyncio.TaskGroup() as tasks:
                looks = tasks.create_task(look_back(stores.db, DEMO, last_midnight(now)))
                with showing(DEMO) as report:
                    outcome = await train(stores, settings, DEMO, report)
                await looks
            if outcome.refused:
                sys.stderr.write(f"endcap: the shop opens with bestsellers only, the release was refused: {outcome.refused}\n")
    return keys


@contextmanager
def _showing() -> Iterator[Tell]:
    """A bar each for products and events, on a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("Making the shop's {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bars: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=total)
            progress.update(bars[what], completed=done)

        yield tell
