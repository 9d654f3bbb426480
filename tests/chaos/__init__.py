"""Servers and their database are killed under load, again and again; then what was acknowledged is looked for."""
