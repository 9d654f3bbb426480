"""The storefront at /shop: static pages and hand-written modules that speak GraphQL like any client."""

from gateway.demo.shop.routes import routes

__all__ = ["routes"]
