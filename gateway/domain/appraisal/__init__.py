"""Appraise an experiment: from sums, counts and the looks that were taken to the result that every face shows. Pure."""
