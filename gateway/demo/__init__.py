"""The example shop: a generated catalog, simulated shoppers, and a storefront that is an ordinary client."""
