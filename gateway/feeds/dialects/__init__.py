"""Other systems' catalogs: how each is known, which of its rows belong together, and what they mean."""
