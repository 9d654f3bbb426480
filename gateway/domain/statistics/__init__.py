"""What a statistician would sign: pure functions from sufficient statistics to figures, intervals and verdicts."""
