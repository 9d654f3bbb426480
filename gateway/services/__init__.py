"""What the gateway does, one verb a file, a room for each of its affairs. The faces call these and nothing below them."""
