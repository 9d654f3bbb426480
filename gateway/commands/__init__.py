"""What `endcap` can be told to do: one verb a file."""
