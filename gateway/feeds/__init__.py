"""Files in and out: catalogs and events of other systems, read row by row, and everything written out again."""
