"""Files that answer «what is near?»: made at night, mapped into memory by the servers, never edited."""
