-- The order in which the rows happened: their numbers; how many equal rows without an id stand before each, itself included; and when the session
-- began of one that names none, cut at 30 minutes' silence of its user. Without their values: those of all rows may not fit into memory.
create table placed as
with known as (
    select rowid as place, line, moment, md5_number(fingerprint) as print,
        case when session_id is null then coalesce('user:' || user_id, 'visitor:' || visitor_id) end as owner
    from told
), repeated as (
    select place, row_number() over (partition by print order by line) as occurrence from known where print is not null
), watched as (
    select place, line, owner, moment,
        case when moment - lag(moment) over shopper <= 30 * 60 * 1000000 then null else moment end as opened
    from known
    where owner is not null
    window shopper as (partition by owner order by moment, line)
), cut as (
    select place, owner,
        last_value(opened ignore nulls) over (
            partition by owner order by moment, line rows between unbounded preceding and current row) as began
    from watched
)
select row_number() over (order by moment, line, place) - 1 as number, place, occurrence, md5(cut.owner || '@' || began) as session
from known
left join repeated using (place)
left join cut using (place)
