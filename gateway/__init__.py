"""Endcap: recommendations, placements and events behind one door."""
