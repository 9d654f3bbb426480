"""What others do well: simple, strong, and learnt from the same past as the strategies they stand beside."""
