"""What the gateway does, one verb a file. The faces call these and nothing below them."""
