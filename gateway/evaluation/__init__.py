"""How good are the recommendations? Asked of a tenant's own past: the newest visits are held out, the rest is learnt from."""
