-- What pairs of products pull in each day, in a file. `ends`: the day after, to whose beginning weights have decayed; `rate`: the
-- share by which they go on falling in a day.
copy (select $batch::integer as batch, (day + 1)::integer as ends, first as i, second as j, pull, rate from pairs)
to $out (format parquet)
