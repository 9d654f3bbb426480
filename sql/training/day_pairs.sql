-- What pairs of products pull in each day, in a file. `ends`: the day after, to whose beginning weights have decayed.
copy (select $batch::integer as batch, (day + 1)::integer as ends, first as i, second as j, pull from pairs)
to $out (format parquet)
