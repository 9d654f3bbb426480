"""What is known of a visitor, read before a page is put together."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gateway.domain.catalog import CategoryId, ProductId
from gateway.domain.tenant import Shelf
from gateway.domain.visitor import ListReason, LookBack, PastEvent, UserId, Visitor
from gateway.store.database import Database


@dataclass(frozen=True, slots=True)
class Sought:
    """What a page wants to know before it asks memory. `lists`: named ones, beside those of the products, categories and user.
    `strangers`: products of which memory knows nothing.
    """

    visitor: Visitor
    history: bool = False
    rotation: bool = False
    terms: Sequence[str] = ()
    curated: bool = False
    product_ids: Collection[ProductId] = ()
    category_ids: Collection[CategoryId] = ()
    lists: Collection[str] = ()
    strangers: Collection[ProductId] = ()

    @property
    def is_anything(self) -> bool:
        """Whether there is anything to read."""
        known = bool(self.visitor.owners) and (self.history or self.rotation)
        return bool(self.terms or self.strangers or self.visitor.identities) or self.curated or known


class VisitorStore:
    """Reads what visitors did lately, and what is kept for them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def look_back(self, shelf: Shelf, sought: Sought, seconds: float | None = None) -> LookBack:
        """One statement; Unavailable past the deadline of `seconds`."""
        rows = await self._db.fetch_within(
            seconds,
            "visitor.look_back",
            tenant_id=shelf.tenant.tenant_id,
            market_id=shelf.market.market_id,
            locale=shelf.locale,
            session_id=sought.visitor.session_id,
            user_id=sought.visitor.user_id,
            visitor_id=sought.visitor.visitor_id,
            kinds=[each.kind for each in sought.visitor.identities],
            values=[each.value for each in sought.visitor.identities],
            history=sought.history,
            rotation=sought.rotation,
            terms=list(sought.terms),
            curated=sought.curated,
            product_ids=list(sought.product_ids),
            category_ids=list(sought.category_ids),
            lists=list(sought.lists),
            strangers=list(sought.strangers),
        )
        found: dict[str, list[tuple[ProductId, float]]] = defaultdict(list)
        lists: dict[str, list[tuple[ProductId, float]]] = defaultdict(list)
        for row in rows:
            if row["part"] in ("found", "list"):
                held = found if row["part"] == "found" else lists
                held[row["name"]].append((row["product_id"], row["amount"]))
        return LookBack(
            history=tuple(PastEvent(r["happened_at"], r["name"], r["product_id"]) for r in rows if r["part"] == "event"),
            shelves={r["product_id"]: r["name"] for r in rows if r["part"] == "shelf"},
            sights={r["product_id"]: int(r["amount"]) for r in rows if r["part"] == "sight"},
            found=tuple(found[str(number)] for number in range(1, len(sought.terms) + 1)),
            lists=dict(lists),
            reasons={
                r["name"]: ListReason(r["product_id"], r["category_id"], r["user_id"]) for r in rows if r["part"] == "reason"
            },
            user_id=next((UserId(r["user_id"]) for r in rows if r["part"] == "user"), None),
        )
