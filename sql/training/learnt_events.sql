-- Writes the rows of the trainer's file of events that happened before a moment, as they stand.
copy (
    select *
    from read_csv($path, header = true, all_varchar = true, parallel = false, delim = ',', quote = '"', escape = '"',
                  nullstr = '', allow_quoted_nulls = false)
    where moment::double < $before
) to $out (format csv, header)
