"""What a page itself tells: whoever asks what to show on a product's page looks at that product."""

from collections.abc import Sequence

from msgspec import structs

from gateway.domain.event import Event
from gateway.domain.page import PageContext
from gateway.domain.placement import PageType


def own_events(context: PageContext, page_type: PageType, blank: Event) -> Sequence[Event]:
    """The page's own event; one a line of what was just added. `blank`: of this visitor, place and moment, with the request's id.

    A page that does not say what it is about is one that was looked at, and no more.
    """
    told = [structs.replace(each, event_id=f"page:{blank.event_id}:{each.type}") for each in _own(context, page_type, blank)]
    return [structs.replace(each, event_id=f"{each.event_id}:{number}") if number else each for number, each in enumerate(told)]


def _own(context: PageContext, page_type: PageType, blank: Event) -> Sequence[Event]:
    match page_type:
        case PageType.ITEM if context.product_ids:
            return [structs.replace(blank, type="view", product_id=context.product_ids[0])]
        case PageType.SEARCH if context.search_term:
            return [structs.replace(blank, type="search", search_term=context.search_term)]
        case PageType.CATEGORY if context.category_ids:
            return [structs.replace(blank, type="view_category", category_id=context.category_ids[0])]
        case PageType.PURCHASE_COMPLETE if context.order:
            return [structs.replace(blank, type="purchase", order_id=context.order_id, lines=context.order)]
        case PageType.ADD_TO_CART if context.added_to_cart:
            added = structs.replace(blank, type="add_to_cart")
            return [
                structs.replace(added, product_id=line.product_id, quantity=line.quantity, unit_price=line.unit_price)
                for line in context.added_to_cart
            ]
    return [structs.replace(blank, type="page_view", properties={"page": page_type.value})]
