"""The script that a shop's pages load: what was seen, clicked and ordered is told, and blocks are filled."""
