-- What pairs of products of the catalog pull, aged, each at its rate.
create or replace table link as
select a.row as i, b.row as j, sum(pull * exp(-age * rate))::float as pull
from read_parquet(getvariable('folder') || '/*/' || $kind || '.parquet')
join faded using (batch, ends)
join product a on a.number = i
join product b on b.number = j
group by a.row, b.row
