"""Charts: numbers in, a picture out. Each can be read in black and white, and has a table behind it."""
