"""How a file's rows become products: in whose words they are read, and how they are laid down to be sorted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from gateway.feeds.columns import CATALOG, map_columns
from gateway.feeds.destination import Destination
from gateway.feeds.dialects.dialect import Dialect
from gateway.feeds.dialects.known import is_google, recognise, refuse_what_is_none
from gateway.feeds.dialects.plain import GOOGLE, PLAIN
from gateway.feeds.heap import Heap
from gateway.feeds.source import Source
from gateway.feeds.staging import Shape


@dataclass(frozen=True, slots=True)
class Plan:
    """`places`: which column stands where, by the names that the dialect reads."""

    dialect: Dialect
    places: Mapping[str, int]
    ignored: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()  # columns worth having that the file has not: a row is the whole product

    def shape(self, heap: Heap) -> Shape:
        """What is laid down of a row; what it says goes to the heap."""

        def shape(values: Sequence[str | None]) -> Sequence[str | None]:
            told = {name: value for name, at in self.places.items() if (value := values[at]) is not None}
            belongs = self.dialect.place(told)
            place, size = heap.add(orjson.dumps(told))
            return belongs.product_id, belongs.market, belongs.family, "\x1f".join(belongs.names) or None, str(place), str(size)

        return shape


def plan_of(source: Source, destination: Destination, columns: Mapping[str, str]) -> Plan:
    """The plan for a file. `columns`: whose are whose, as told; BadInput where a needed one, or the market, is not clear."""
    refuse_what_is_none(source)
    dialect = recognise(source) if not columns else None
    if dialect is not None:
        destination.needing_market()
        return Plan(dialect, {name: place for place, name in enumerate(source.columns)})
    mapped = map_columns(source.columns, CATALOG, columns, ("product_id", "title", "price"))
    if "market" not in mapped.places:
        destination.needing_market()
    return Plan(GOOGLE if is_google(source.columns) else PLAIN, mapped.places, mapped.ignored, _silent(mapped.places))


def _silent(places: Mapping[str, int]) -> tuple[str, ...]:
    given = {
        name.partition(".")[0].removeprefix("google_").removeprefix("more_").replace("category", "categories") for name in places
    }
    return tuple(name for name in ("description", "brand", "categories", "image_urls", "attributes") if name not in given)
