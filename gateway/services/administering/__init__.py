"""Accounts, keys and who may come in."""
