"""What a shop sells, as it is pushed or read from feeds."""
