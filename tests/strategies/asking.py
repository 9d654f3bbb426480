"""Words for asking a strategy: a page, a history, what came of it."""

from datetime import timedelta

from gateway.domain.page import PageContext
from gateway.domain.visitor import PastEvent
from gateway.strategies.strategy import Moment
from tests import shop


def page(*seeds, history=(), market="se", found=(), lists=(), parameters=(), **context):
    about = PageContext(product_ids=seeds, **context)
    return Moment(market, about, tuple(history), tuple(found), dict(lists), dict(parameters))


def seen(*products, kind="view"):
    return [PastEvent(shop.NEWEST - timedelta(minutes=n), kind, product) for n, product in enumerate(products)]


def ids(candidates):
    return [c.product_id for c in candidates]


def scores(candidates):
    return {c.product_id: c.score for c in candidates}


def department(product_id):
    return product_id.partition("-")[0]


def departments(candidates):
    return {department(i) for i in ids(candidates)}
