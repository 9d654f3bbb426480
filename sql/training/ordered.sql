-- The telling events in the order of each owner, as far as pairs need them.
select visitor, session, chosen, moment, number, weight, bought, half_life, rowid as source
from told
where acted
order by visitor, moment, event_id, line, number
