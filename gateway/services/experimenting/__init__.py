"""Experiments from an idea to a verdict, and optimisers, which have none."""
