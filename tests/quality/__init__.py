"""Quality, as ratios in one run: `make bench-quality`."""
