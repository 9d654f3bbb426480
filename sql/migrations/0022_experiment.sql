-- Experiments: what is tried, who was given what, and what they did. Decision 0013 says how the three levels hang together.

alter table tenant add column holdout double precision not null default 0 check (holdout between 0 and 0.5);

-- Experiments of one layer exclude each other: each has its own part of the layer's [0, 1).
create table layer (
    tenant_id text not null references tenant on delete cascade,
    layer_id  text not null check (layer_id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    name      text not null,
    primary key (tenant_id, layer_id)
);

create table experiment (
    tenant_id     text             not null references tenant on delete cascade,
    experiment_id int              not null generated always as identity,
    key           text             not null check (key ~ '^[a-z0-9][a-z0-9_.-]{0,62}$'),
    name          text             not null,
    hypothesis    text             not null default '',
    status        text             not null default 'DRAFT' check (status in ('DRAFT', 'RUNNING', 'PAUSED', 'STOPPED', 'ARCHIVED')),
    outcome       text             check (outcome in ('WON', 'LOST', 'INCONCLUSIVE', 'INVALID')),
    reason        text,
    winner        text,                                   -- the key of the variant that everybody has once it is stopped
    placements    text[]           not null,
    unit          text             not null check (unit in ('SESSION', 'VISITOR', 'USER')),
    coverage      double precision not null check (coverage between 0 and 1),
    variants      jsonb            not null,              -- [{key, name, weight, parameters}], the control first
    layer_id      text,
    ranges        jsonb            not null default '[]', -- its part of the layer: [[from, to], …]
    condition     jsonb            not null default '{}',
    sticky        boolean          not null default false,
    external      boolean          not null default false,
    allocation    text             not null default 'BUCKET' check (allocation in ('BUCKET', 'INTERLEAVED')),
    reward        text             check (reward in ('CLICK', 'CART', 'ORDER', 'REVENUE')),  -- of an optimiser
    goals         text[]           not null default '{}',
    guardrails    jsonb            not null default '[]', -- [{metric, margin}]
    mode          text             not null check (mode in ('FIXED', 'GROUP_SEQUENTIAL', 'ALWAYS_VALID')),
    alpha         double precision not null default 0.05 check (alpha > 0 and alpha < 0.5),
    planned_units bigint           check (planned_units > 0),
    planned_end   timestamptz,
    window_hours  int              not null default 72 check (window_hours between 1 and 2160),
    version       int              not null default 1,
    created_at    timestamptz      not null default now(),
    updated_at    timestamptz      not null default now(),
    updated_by    text             not null,
    primary key (experiment_id),
    unique (tenant_id, key),
    foreign key (tenant_id, layer_id) references layer (tenant_id, layer_id)
);
select watch_table('experiment'), watch_deletes('experiment');  -- who writes a phase or a policy writes the experiment's row too

-- A stretch in which who gets what follows one seed. What units are judged by stays as it was when the stretch began.
create table experiment_phase (
    experiment_id int         not null references experiment on delete cascade,
    phase         smallint    not null,
    seed          text        not null,
    started_at    timestamptz not null,
    ended_at      timestamptz,
    revenue_cap   bigint,                                 -- minor units of the reporting currency; null = none
    measures      jsonb       not null,                   -- what is added up of a unit, in the order of unit_metric.amounts
    unread        text,                                   -- why `measures` cannot be read, so that nothing is added up; null = they can
    primary key (experiment_id, phase)
);

-- The variants' weights, each set in force until the next: where units keep their variant they may change on the way. An optimiser's are policies.
create table experiment_weighing (
    experiment_id int                not null references experiment on delete cascade,
    phase         smallint           not null,
    since         timestamptz        not null,
    weights       double precision[] not null,
    primary key (experiment_id, phase, since)
);

-- An optimiser's weights, each set in force until the next.
create table experiment_policy (
    experiment_id    int                not null references experiment on delete cascade,
    phase            smallint           not null,
    policy           int                not null,
    since            timestamptz        not null,
    weights          double precision[] not null,
    probability_best double precision[] not null,
    evidence         jsonb              not null,         -- what the weights were made of, by variant
    primary key (experiment_id, phase, policy)
);

-- First level: that a unit really got its variant, once a unit (and policy). Of two moments the earlier counts; a second variant makes it
-- `multiple`. What stands apart (a bot, a key that tries out, a variant that was forced) excludes the unit from every arm.
create table exposure (
    tenant_id     text             not null,
    experiment_id int              not null references experiment on delete cascade,
    phase         smallint         not null,
    policy        int              not null default 0,
    unit          text             not null,
    variant       smallint         not null,
    exposed_at    timestamptz      not null,
    source        text             not null check (source in ('HASH', 'STICKY', 'EXTERNAL', 'FORCED', 'BANDIT')),
    propensity    double precision,
    multiple      boolean          not null default false,
    apart         text             check (apart in ('BOT', 'INTEGRATION', 'FORCED')),
    market_id     text,
    device        text,
    page_type     text,
    returning_one boolean,                                -- whether the unit had been seen before
    primary key (experiment_id, phase, unit, policy)
);
create index exposure_day on exposure (experiment_id, phase, exposed_at);
create index exposure_unit on exposure (tenant_id, unit);
create index exposure_outside on exposure (experiment_id, phase) where multiple or apart is not null;

-- Units that are to be added up anew: newly exposed, or of whom something was told. Whoever adds up deletes the rows.
create table unit_due (
    tenant_id     text     not null,
    experiment_id int      not null,
    phase         smallint not null,
    unit          text     not null
);
create index unit_due_tenant on unit_due (tenant_id);

-- Second level: what a unit did from its exposure to the end of its window. Exactly what stands in the totals: whoever writes a row here
-- adds the difference there.
create table unit_metric (
    experiment_id int         not null references experiment on delete cascade,
    phase         smallint    not null,
    policy        int         not null,
    unit          text        not null,
    variant       smallint    not null,
    exposed_at    timestamptz not null,
    closes_at     timestamptz not null,
    closed        boolean     not null,
    market_id     text,
    device        text,
    page_type     text,
    returning_one boolean,
    amounts       bigint[]    not null,
    before        bigint[],                               -- the same before its exposure; null where units have no past
    shown         text[],                                 -- the different products that it was shown, by name; null = none
    primary key (experiment_id, phase, unit, policy)
);
create index unit_metric_open on unit_metric (closes_at) where not closed;

-- Units that are in no arm because of what a bot did in the time that is looked at, where that does not set them apart for good.
create table unit_of_bots (
    experiment_id int      not null references experiment on delete cascade,
    phase         smallint not null,
    policy        int      not null,
    unit          text     not null,
    primary key (experiment_id, phase, unit, policy)
);

-- Third level: of a variant, of everyone (segment '') or of a segment's members, the sums that statistics need of a metric; of units whose
-- window has closed, and of the others. y, d: a figure's upper and lower part; x, z: the same before the exposure.
create table experiment_total (
    experiment_id int      not null references experiment on delete cascade,
    phase         smallint not null,
    policy        int      not null,
    variant       smallint not null,
    segment       text     not null,
    value         text     not null,
    closed        boolean  not null,
    metric        text     not null,
    n             bigint   not null,
    y             numeric  not null,
    yy            numeric  not null,
    d             numeric  not null,
    dd            numeric  not null,
    yd            numeric  not null,
    x             numeric  not null,
    xx            numeric  not null,
    xy            numeric  not null,
    z             numeric  not null,
    zz            numeric  not null,
    xz            numeric  not null,
    xd            numeric  not null,
    yz            numeric  not null,
    dz            numeric  not null,
    primary key (experiment_id, phase, policy, variant, segment, value, closed, metric)
);

-- To how many units of a variant a product was shown: what of the catalog it recommends. `past`: those of them that are kept no longer.
create table experiment_product (
    experiment_id int      not null references experiment on delete cascade,
    phase         smallint not null,
    variant       smallint not null,
    product_id    text     not null,
    units         bigint   not null,
    past          bigint   not null default 0,
    primary key (experiment_id, phase, variant, product_id)
);

create table experiment_day (
    experiment_id int      not null references experiment on delete cascade,
    phase         smallint not null,
    policy        int      not null,
    variant       smallint not null,
    day           date     not null,
    units         bigint   not null,
    primary key (experiment_id, phase, policy, variant, day)
);

-- What was seen at each look, kept: a bound once crossed stays crossed.
create table experiment_look (
    experiment_id int         not null references experiment on delete cascade,
    phase         smallint    not null,
    look          int         not null,
    looked_at     timestamptz not null,
    figures       jsonb       not null,
    primary key (experiment_id, phase, look)
);

-- The tenant's own metrics beside those that are built in.
create table metric (
    tenant_id        text             not null references tenant on delete cascade,
    key              text             not null check (key ~ '^[a-z][a-z0-9_]{0,62}$'),
    name             text             not null,
    kind             text             not null check (kind in ('PROPORTION', 'MEAN', 'RATIO')),
    event_type       text             not null,
    denominator      text,
    cap              double precision check (cap > 0),
    higher_is_better boolean          not null default true,
    primary key (tenant_id, key)
);
select watch_table('metric'), watch_deletes('metric');

-- ---- first level ----------------------------------------------------------------------------------------------------------------

-- How long an answer took; null = nobody measured it.
alter table served_view add column latency_ms int;
create index served_view_of_visitor on served_view (tenant_id, visitor_id) where visitor_id is not null;

alter table unit_due add foreign key (experiment_id) references experiment on delete cascade;

-- An exposure on its way in, with the ids by which it was told. A policy of -1: the one that was in force at its moment.
create type told_exposure as (
    number int, session_id text, user_id text, visitor_id text, tenant_id text, experiment_id int, phase smallint, policy int, unit text,
    variant smallint, exposed_at timestamptz, source text, propensity double precision, apart text, market_id text, device text, page_type text
);

-- Why one is not kept; null = it is. It is of somebody who was forgotten meanwhile or is not to be followed, or of no phase that is
-- counted: after the end of its own, where a server had not heard of that, or, told from elsewhere, in one before. What is older than the
-- first phase, the past of an import, is of the last.
create function why_not(s told_exposure) returns text language sql stable as $$
    select coalesce(
        (select case when s.exposed_at >= p.ended_at then 'AFTER_THE_END' else 'ANOTHER_PHASE' end
         from experiment_phase p
         where (p.experiment_id, p.phase) = (s.experiment_id, s.phase)
           and (s.exposed_at >= p.ended_at
                or s.policy < 0 and s.exposed_at < p.started_at
                   and exists (select from experiment_phase before
                               where before.experiment_id = p.experiment_id and before.phase < p.phase and before.started_at <= s.exposed_at))),
        case when is_forgotten(s.tenant_id, s.session_id, s.user_id, s.visitor_id, s.exposed_at)
               or not exists (select from experiment e where e.experiment_id = s.experiment_id and e.tenant_id = s.tenant_id)
             then 'BLOCKED' end)
$$;

-- The optimiser's policy under which it was told.
create function policy_of(s told_exposure) returns int language sql stable as $$
    select case when s.policy >= 0 then s.policy else coalesce((
        select max(p.policy) from experiment_policy p
        where p.experiment_id = s.experiment_id and p.phase = s.phase and p.since <= s.exposed_at), 0) end
$$;

-- Whether somebody had been here before: in another session of the visitor id, or of the user; null = nobody can know.
create function had_been(tenant text, session text, named text, visitor text, moment timestamptz) returns boolean
language sql stable parallel safe as $$
    select case when visitor is not null or named is not null then
        exists (select from visitor_session v
                where v.tenant_id = tenant and v.visitor_id = visitor and v.started_at < moment and v.session_id is distinct from session)
        or exists (select from session_link l join visitor_session v using (tenant_id, session_id)
                   where l.tenant_id = tenant and l.user_id = named and v.started_at < moment and v.session_id is distinct from session) end
$$;

-- Whether anything of a session, or of any session of a visitor id, is known to be a bot's.
create function is_of_bots(tenant text, kind text, unit text) returns boolean language sql stable parallel safe as $$
    select exists (
        select from visitor_session v
        cross join lateral (
            select from event e
            where e.tenant_id = tenant and e.session_id = v.session_id and e.happened_at >= v.started_at and e.happened_at <= v.last_seen
              and e.apart = 'BOT'
            limit 1) as e
        where v.tenant_id = tenant and v.session_id in (
            select unit where kind = 'SESSION'
            union all
            select s.session_id from visitor_session s where kind = 'VISITOR' and s.tenant_id = tenant and s.visitor_id = unit))
$$;

-- Keeps a batch: of two moments of a unit the earlier, whichever comes first; a second variant makes it `multiple`. What became of those that
-- are not simply new: the reasons of those that are not kept, and KNOWN, which changed nothing: they had been told.
create function keep_exposures(batch told_exposure[]) returns table (number int, outcome text) language sql as $$
    with judged as materialized (
        select s.*, policy_of(s) as in_force, why_not(s) as why from unnest(batch) as s
    ), first as (
        select distinct on (experiment_id, phase, s.unit, in_force)
               s.tenant_id, experiment_id, phase, in_force, s.unit, variant, exposed_at, source, propensity, market_id, device, page_type,
               had_been(s.tenant_id, session_id, user_id, visitor_id, exposed_at) as returning_one,
               min(variant) over key <> max(variant) over key as multiple,
               coalesce(case when not exists (select from exposure x where (x.experiment_id, x.phase, x.unit, x.policy)
                                              = (s.experiment_id, s.phase, s.unit, s.in_force))
                              and is_of_bots(s.tenant_id, e.unit, s.unit) then 'BOT' end, min(apart) over key) as apart
        from judged s
        join experiment e using (experiment_id)
        where why is null
        window key as (partition by experiment_id, phase, s.unit, in_force)
        order by experiment_id, phase, s.unit, in_force, exposed_at, variant
    ), put as (
        insert into exposure as x (tenant_id, experiment_id, phase, policy, unit, variant, exposed_at, source, propensity, multiple, apart,
                                   market_id, device, page_type, returning_one)
        select tenant_id, experiment_id, phase, in_force, unit, variant, exposed_at, source, propensity, multiple, apart, market_id, device,
               page_type, returning_one
        from first
        order by experiment_id, phase, unit, in_force
        on conflict (experiment_id, phase, unit, policy) do update
        set (variant, exposed_at, source, propensity, market_id, device, page_type, returning_one)
          = (select n.variant, n.exposed_at, n.source, n.propensity, n.market_id, n.device, n.page_type, n.returning_one
             from (values (x.variant, x.exposed_at, x.source, x.propensity, x.market_id, x.device, x.page_type, x.returning_one),
                          (excluded.variant, excluded.exposed_at, excluded.source, excluded.propensity, excluded.market_id,
                           excluded.device, excluded.page_type, excluded.returning_one))
               as n (variant, exposed_at, source, propensity, market_id, device, page_type, returning_one)
             order by n.exposed_at, n.variant limit 1),
            multiple = x.multiple or excluded.multiple or x.variant <> excluded.variant,
            apart = least(x.apart, excluded.apart)
        where (excluded.exposed_at, excluded.variant) < (x.exposed_at, x.variant) or x.apart is distinct from least(x.apart, excluded.apart)
           or not x.multiple and (excluded.multiple or x.variant <> excluded.variant)
        returning x.tenant_id, x.experiment_id, x.phase, x.unit, x.policy
    ), due as (
        insert into unit_due select distinct tenant_id, experiment_id, phase, unit from put
    )
    select number, why from judged where why is not null
    union all
    select number, 'KNOWN'
    from judged
    where why is null and (experiment_id, phase, unit, in_force) not in (select experiment_id, phase, unit, policy from put)
$$;

-- Whoever counts answers of a unit counts anew when one more is kept.
create function note_answers(tenant text, sessions text[], users text[], visitors text[], moments timestamptz[]) returns void language sql as $$
    insert into unit_due
    select distinct x.tenant_id, x.experiment_id, x.phase, x.unit
    from unnest(sessions, users, visitors, moments) as v (session_id, user_id, visitor_id, served_at)
    cross join lateral (
        values ('SESSION', v.session_id), ('USER', v.user_id), ('VISITOR', v.visitor_id)
        union all
        select 'USER', l.user_id from session_link l where l.tenant_id = tenant and l.session_id = v.session_id and v.user_id is null
    ) as named (kind, unit)
    join exposure x on x.tenant_id = tenant and x.unit = named.unit
    join experiment e on e.experiment_id = x.experiment_id and e.unit = named.kind
    where v.served_at >= x.exposed_at and v.served_at < x.exposed_at + make_interval(hours => e.window_hours)
$$;

-- ---- second level ---------------------------------------------------------------------------------------------------------------

-- Who else's something may be now is counted anew: of sessions whose links change, of users who become another person, of sessions that
-- turn out to be another visitor's.
create function note_units(tenant text, kind text, units text[]) returns void language sql as $$
    insert into unit_due
    select distinct x.tenant_id, x.experiment_id, x.phase, x.unit
    from unnest(units) as named (unit)
    join exposure x on x.tenant_id = tenant and x.unit = named.unit
    join experiment e on e.experiment_id = x.experiment_id and e.unit = kind
$$;

create function note_linked_units() returns trigger language plpgsql as $$
begin
    if exists (select from exposure) then
        perform note_units(c.tenant_id, 'USER', array_agg(distinct named.unit))
        from changed_rows c
        join session_link l using (tenant_id, session_id)
        cross join lateral (select unnest(whole_of(c.tenant_id, person_of(c.tenant_id, u.user_id))) as unit
                            from (values (l.user_id), (c.user_id)) as u (user_id)) as named
        group by c.tenant_id;
    end if;
    return null;
end $$;
create trigger note_units_on_insert after insert on session_link referencing new table as changed_rows
    for each statement execute function note_linked_units();
create trigger note_units_on_update after update on session_link referencing new table as changed_rows
    for each statement execute function note_linked_units();

create function note_merged_units() returns trigger language plpgsql as $$
begin
    perform note_units(o.tenant_id, 'USER', array_agg(distinct named.unit))
    from old_rows o
    join new_rows n using (tenant_id, user_id)
    cross join lateral (values (o.user_id), (o.person_id), (n.person_id)) as named (unit)
    where o.person_id is distinct from n.person_id and named.unit is not null
    group by o.tenant_id;

    -- One person who saw two variants as two users is shown as one who saw both.
    update exposure x set multiple = true
    from (select x.experiment_id, x.phase, x.policy, x.unit, row_number() over (key order by x.exposed_at, x.variant) as place,
                 min(x.variant) over key <> max(x.variant) over key as several
          from (select distinct n.tenant_id, person_of(n.tenant_id, n.user_id) as person
                from old_rows o join new_rows n using (tenant_id, user_id)
                where o.person_id is distinct from n.person_id) as one
          cross join lateral unnest(whole_of(one.tenant_id, one.person)) as named
          join exposure x on x.tenant_id = one.tenant_id and x.unit = named
          join experiment e on e.experiment_id = x.experiment_id and e.unit = 'USER'
          window key as (partition by x.experiment_id, x.phase, x.policy, one.tenant_id, one.person)) as seen
    where seen.place = 1 and seen.several and x.experiment_id = seen.experiment_id and x.phase = seen.phase and x.policy = seen.policy
      and x.unit = seen.unit and not x.multiple;
    return null;
end $$;
create trigger note_units_on_update after update on shop_user referencing old table as old_rows new table as new_rows
    for each statement execute function note_merged_units();

create function note_visiting_units() returns trigger language plpgsql as $$
begin
    perform note_units(new.tenant_id, 'VISITOR', array_remove(array[old.visitor_id, new.visitor_id], null));
    if new.visitor_id is not null and is_of_bots(new.tenant_id, 'SESSION', new.session_id) then
        update exposure x set apart = 'BOT'
        from experiment e
        where x.tenant_id = new.tenant_id and x.unit = new.visitor_id and e.experiment_id = x.experiment_id and e.unit = 'VISITOR';
    end if;
    return null;
end $$;
create trigger note_units_on_update after update on visitor_session
    for each row when (old.visitor_id is distinct from new.visitor_id) execute function note_visiting_units();

-- Where units are added up inside their transaction.
create function stage_folding() returns void language plpgsql as $$
begin
    if to_regclass('pg_temp.due_unit') is not null then
        truncate stirred_by, due_unit, due_name, due_window, seat, heard_event, heard_sale, heard_answer, phase_measure, phase_metric,
                 phase_factor, fresh_unit, gone_unit, come_unit, part_sum, part_day, part_product;
        return;
    end if;
    create temp table stirred_by (
        session_id text, user_id text, visitor_id text, since timestamptz not null, until timestamptz not null, bot boolean not null
    ) on commit delete rows;
    create temp table due_unit (experiment_id int not null, phase smallint not null, unit text not null) on commit delete rows;
    -- By which names a due unit was exposed: a user may be several, who are one person.
    create temp table due_name (
        experiment_id int not null, phase smallint not null, unit text not null, named text not null, kind text not null
    ) on commit delete rows;
    create temp table due_window (
        number int not null, kind text not null, counts boolean not null, begins timestamptz not null, placements text[] not null,
        like unit_metric
    ) on commit delete rows;
    alter table due_window alter closed drop not null, alter amounts drop not null;
    create temp table seat (
        number int not null, kind text not null, experiment_id int not null, phase smallint not null, unit text not null,
        exposed_at timestamptz not null, session_id text not null, begins timestamptz not null, ends timestamptz not null
    ) on commit delete rows;
    create temp table heard_event (
        number int not null, type text not null, after boolean not null, bot boolean not null, times bigint not null, sum numeric not null
    ) on commit delete rows;
    create temp table heard_sale (
        number int not null, after boolean not null, carts bigint not null, orders bigint not null, units numeric not null,
        revenue numeric not null, attributed_carts bigint not null, attributed_orders bigint not null, attributed_units numeric not null,
        attributed_revenue numeric not null
    ) on commit delete rows;
    create temp table heard_answer (
        number int not null, answers bigint not null, empty bigint not null, timed bigint not null, latency_ms numeric not null,
        positions bigint not null, shown text[]
    ) on commit delete rows;
    create temp table phase_measure (
        experiment_id int not null, phase smallint not null, place int not null, measure text not null, type text, cap bigint
    ) on commit delete rows;
    create temp table phase_metric (
        experiment_id int not null, phase smallint not null, metric text not null, proportion boolean not null, y int not null, d int, cap bigint
    ) on commit delete rows;
    create temp table phase_factor (
        experiment_id int not null, phase smallint not null, currency text not null, factor numeric not null
    ) on commit delete rows;
    create temp table fresh_unit (like unit_metric) on commit delete rows;
    create temp table gone_unit (like unit_metric) on commit delete rows;
    create temp table come_unit (like unit_metric) on commit delete rows;
    create temp table part_sum (like experiment_total) on commit delete rows;
    create temp table part_day (like experiment_day) on commit delete rows;
    create temp table part_product (like experiment_product) on commit delete rows;
end $$;

-- What a phase measures, as it was frozen when it began. A cap is never past what a sum can hold.
create function look_up_phase(experiment int, stretch smallint) returns void language plpgsql as $$
begin
    insert into phase_measure
    select p.experiment_id, p.phase, m.place, m.measure, case when m.measure ~ '^(event|value):' then substr(m.measure, 7) end,
           case when m.measure = 'revenue_capped' then p.revenue_cap end
    from experiment_phase p
    cross join lateral jsonb_array_elements_text(p.measures -> 'measures') with ordinality as m (measure, place)
    where p.experiment_id = experiment and p.phase = stretch;
    insert into phase_metric
    select p.experiment_id, p.phase, m.key, m.kind = 'PROPORTION', m.y, m.d, case when m.cap is not null then whole_sum(m.cap) end
    from experiment_phase p
    cross join lateral jsonb_to_recordset(p.measures -> 'metrics') as m (key text, kind text, y int, d int, cap numeric)
    where p.experiment_id = experiment and p.phase = stretch;
    if exists (select from phase_metric m
               where m.experiment_id = experiment and m.phase = stretch
                 and exists (select from unnest(array[m.y, m.d]) as place
                             where place not in (select o.place from phase_measure o where o.experiment_id = experiment and o.phase = stretch)))
    then
        raise exception 'a metric is made of a measure that is not there';
    end if;
    insert into phase_factor
    select p.experiment_id, p.phase, f.key, f.value::numeric
    from experiment_phase p
    cross join lateral jsonb_each_text(p.measures -> 'factors') as f
    where p.experiment_id = experiment and p.phase = stretch;
end $$;

-- What the phases of due units measure. The units of one that cannot be read are left as they stand, and it says why (`unread`): no other
-- waits for it. Which of them could be read until now.
create function look_up_phases() returns text[] language plpgsql as $$
declare
    each record;
    fault text;
    told text[] := '{}';
begin
    for each in
        select p.experiment_id, p.phase, p.unread, e.key
        from (select distinct experiment_id, phase from due_unit) as d
        join experiment_phase p using (experiment_id, phase)
        join experiment e using (experiment_id)
    loop
        fault := null;
        begin
            perform look_up_phase(each.experiment_id, each.phase);
        exception when data_exception or integrity_constraint_violation or raise_exception then
            fault := sqlerrm;
            delete from due_unit d where d.experiment_id = each.experiment_id and d.phase = each.phase;
        end;
        if fault is distinct from each.unread then
            update experiment_phase p set unread = fault where p.experiment_id = each.experiment_id and p.phase = each.phase;
            if fault is not null then
                told := told || format('%s, phase %s: %s', each.key, each.phase, fault);
            end if;
        end if;
    end loop;
    return told;
end $$;

-- From when to when each due unit is looked at, and under which names it was exposed: a person by whichever of their users. An optimiser's
-- unit is looked at until its next policy exposes it. `begins`: 28 days before where the unit has a past.
create function look_up_windows(tenant text) returns void language plpgsql set default_statistics_target = 10 as $$
begin
    insert into due_name
    select d.experiment_id, d.phase, d.unit, d.unit, e.unit
    from (select distinct * from due_unit) as d join experiment e using (experiment_id)
    where e.unit <> 'USER'
    union
    select d.experiment_id, d.phase, p.person, named, e.unit
    from (select distinct * from due_unit) as d
    join experiment e using (experiment_id)
    cross join lateral (select person_of(tenant, d.unit) as person) as p
    cross join lateral unnest(whole_of(tenant, p.person) || d.unit) as named
    where e.unit = 'USER';
    analyze due_name;

    insert into due_window (number, kind, counts, begins, placements, experiment_id, phase, policy, unit, variant, exposed_at, closes_at,
                            market_id, device, page_type, returning_one)
    select row_number() over (), kind, not multiple and apart is null,
           case kind when 'SESSION' then exposed_at else exposed_at - interval '28 days' end, e.placements, experiment_id, phase, policy,
           x.unit, variant, exposed_at,
           least(exposed_at + make_interval(hours => e.window_hours),
                 lead(exposed_at) over (partition by experiment_id, phase, x.unit order by exposed_at, policy)),
           market_id, device, page_type, returning_one
    from (select distinct on (n.experiment_id, n.phase, n.unit, x.policy)
                 n.experiment_id, n.phase, n.unit, n.kind, x.policy, x.variant, x.exposed_at, x.market_id, x.device, x.page_type,
                 x.returning_one, bool_or(x.multiple) over key or min(x.variant) over key <> max(x.variant) over key as multiple,
                 min(x.apart) over key as apart
          from due_name n
          join exposure x on x.experiment_id = n.experiment_id and x.phase = n.phase and x.unit = n.named
          window key as (partition by n.experiment_id, n.phase, n.unit, x.policy)
          order by n.experiment_id, n.phase, n.unit, x.policy, x.exposed_at, x.variant) as x
    join experiment e using (experiment_id);
    analyze due_window;

    insert into seat
    select w.number, w.kind, w.experiment_id, w.phase, w.unit, w.exposed_at, w.unit, greatest(w.begins, v.started_at),
           least(w.closes_at, v.last_seen + interval '1 microsecond')
    from due_window w
    left join visitor_session v on v.tenant_id = tenant and v.session_id = w.unit
    where w.kind = 'SESSION' and w.counts
    union all
    select w.number, w.kind, w.experiment_id, w.phase, w.unit, w.exposed_at, v.session_id, greatest(w.begins, v.started_at),
           least(w.closes_at, v.last_seen + interval '1 microsecond')
    from due_window w
    join visitor_session v on v.tenant_id = tenant and v.visitor_id = w.unit
    where w.kind = 'VISITOR' and w.counts
    union all
    select distinct w.number, w.kind, w.experiment_id, w.phase, w.unit, w.exposed_at, v.session_id, greatest(w.begins, v.started_at),
           least(w.closes_at, v.last_seen + interval '1 microsecond')
    from due_window w
    join due_name n using (experiment_id, phase, unit)
    join session_link l on l.tenant_id = tenant and l.user_id = n.named
    join visitor_session v on v.tenant_id = tenant and v.session_id = l.session_id
    where w.kind = 'USER' and w.counts;
    delete from seat where ends <= begins;
    analyze seat;
end $$;

-- What due units did, as far as it has been told to whoever adds up: batches that wait are left for when they are taken. A session is its
-- visitor's; what is done without a session is of the visitor id that it names; a user is the person of `user_of`.
create function hear_units(tenant text, since timestamptz, until timestamptz) returns void language plpgsql
set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set enable_material = off
set plan_cache_mode = force_custom_plan as $$
begin
    insert into heard_event
    select e.number, e.type, e.after, e.bot, count(*), sum(e.value)
    from (
        select s.number, e.type, e.happened_at >= s.exposed_at as after, e.apart is not null as bot, e.value, e.batch_id
        from seat s
        cross join lateral (
            select e.type, e.happened_at, e.apart, e.batch_id, whole_value(e.value) as value
            from event e
            where e.tenant_id = tenant and e.session_id = s.session_id and e.happened_at >= s.begins and e.happened_at < s.ends
              and e.happened_at >= since and e.happened_at < until and e.line = 0 and e.scope <> 'PREVIEW'
              and (e.apart is null or e.apart = 'BOT')
              and (s.kind <> 'USER' or e.user_id is null and user_of(tenant, e.session_id, null, e.happened_at) = s.unit)
            offset 0
        ) as e
        union all
        select w.number, e.type, e.happened_at >= w.exposed_at, e.apart is not null, e.value, e.batch_id
        from due_window w
        cross join lateral (
            select e.type, e.happened_at, e.apart, e.batch_id, whole_value(e.value) as value
            from event e
            where e.tenant_id = tenant and e.visitor_id = w.unit and e.session_id is null
              and e.happened_at >= w.begins and e.happened_at < w.closes_at and e.happened_at >= since and e.happened_at < until
              and e.line = 0 and e.scope <> 'PREVIEW' and (e.apart is null or e.apart = 'BOT')
            offset 0
        ) as e
        where w.kind = 'VISITOR' and w.counts
        union all
        select w.number, e.type, e.happened_at >= w.exposed_at, e.apart is not null, e.value, e.batch_id
        from due_window w
        cross join lateral unnest(whole_of(tenant, w.unit)) as named
        cross join lateral (
            select e.type, e.happened_at, e.apart, e.batch_id, whole_value(e.value) as value
            from event e
            where e.tenant_id = tenant and e.user_id = named and e.happened_at >= w.begins and e.happened_at < w.closes_at
              and e.happened_at >= since and e.happened_at < until and e.line = 0 and e.scope <> 'PREVIEW'
              and (e.apart is null or e.apart = 'BOT')
            offset 0
        ) as e
        where w.kind = 'USER' and w.counts
    ) as e
    where coalesce(e.batch_id, -1) not in (select b.batch_id from event_batch b where b.tenant_id = tenant)
      and (e.bot or e.type in (select 'impression' union select 'click' union select m.type from phase_measure m where m.type is not null))
    group by e.number, e.type, e.after, e.bot;

    insert into heard_sale
    select c.number, c.after, count(*) filter (where kind = 'CART'),
           count(distinct order_key) filter (where kind = 'ORDER' and kept > 0),
           coalesce(sum(kept) filter (where kind = 'ORDER'), 0), coalesce(sum(paid) filter (where kind = 'ORDER'), 0),
           count(*) filter (where kind = 'CART' and owed), count(distinct order_key) filter (where kind = 'ORDER' and kept > 0 and owed),
           coalesce(sum(kept) filter (where kind = 'ORDER' and owed), 0), coalesce(sum(paid) filter (where kind = 'ORDER' and owed), 0)
    from (
        select c.number, c.happened_at >= c.exposed_at as after, c.kind, c.order_key, c.quantity - c.refunded as kept,
               coalesce(round((c.quantity - c.refunded)::numeric * c.unit_price_minor * f.factor), 0) as paid,
               exists (select from credit o
                       where o.tenant_id = tenant and o.order_key = c.order_key and o.event_id = c.event_id and o.line = c.line
                         and o.model = 'CLICK_LAST') as owed
        from (
            select s.number, s.exposed_at, s.experiment_id, s.phase, c.order_key, c.event_id, c.line, c.kind, c.happened_at, c.quantity,
                   c.refunded, c.unit_price_minor, c.currency
            from seat s
            cross join lateral (
                select * from conversion c
                where c.tenant_id = tenant and c.session_id = s.session_id and c.happened_at >= s.begins and c.happened_at < s.ends offset 0
            ) as c
            where s.kind <> 'USER'
            union all
            select w.number, w.exposed_at, w.experiment_id, w.phase, c.order_key, c.event_id, c.line, c.kind, c.happened_at, c.quantity,
                   c.refunded, c.unit_price_minor, c.currency
            from due_window w
            cross join lateral (
                select * from conversion c
                where c.tenant_id = tenant and c.visitor_id = w.unit and c.session_id is null and c.happened_at >= w.begins
                  and c.happened_at < w.closes_at offset 0
            ) as c
            where w.kind = 'VISITOR' and w.counts
            union all
            select w.number, w.exposed_at, w.experiment_id, w.phase, c.order_key, c.event_id, c.line, c.kind, c.happened_at, c.quantity,
                   c.refunded, c.unit_price_minor, c.currency
            from due_window w
            cross join lateral (
                select * from conversion c
                where c.tenant_id = tenant and c.user_id = w.unit and c.happened_at >= w.begins and c.happened_at < w.closes_at offset 0
            ) as c
            where w.kind = 'USER' and w.counts
        ) as c
        left join phase_factor f on f.experiment_id = c.experiment_id and f.phase = c.phase and f.currency = c.currency
    ) as c
    group by c.number, c.after;

    -- A line a product, and one of an answer that has none.
    insert into heard_answer
    select v.number, count(*) filter (where v.first), count(*) filter (where v.product_id is null),
           count(v.latency_ms) filter (where v.first), coalesce(sum(v.latency_ms) filter (where v.first), 0), count(v.product_id),
           array_agg(distinct v.product_id collate "C") filter (where v.product_id is not null)
    from (
        select w.number, v.latency_ms, coalesce(stood.place, 1) = 1 as first, stood.product_id
        from due_window w
        cross join lateral (
            select v.latency_ms, v.lists from served_view v
            where w.kind = 'SESSION' and v.tenant_id = tenant and v.session_id = w.unit and v.served_at >= w.exposed_at
              and v.served_at < w.closes_at and v.served_at >= since and v.served_at < until and not v.preview
            union all
            select v.latency_ms, v.lists from served_view v
            where w.kind = 'VISITOR' and v.tenant_id = tenant and v.visitor_id = w.unit and v.served_at >= w.exposed_at
              and v.served_at < w.closes_at and v.served_at >= since and v.served_at < until and not v.preview
            union all
            select v.latency_ms, v.lists from unnest(whole_of(tenant, w.unit)) as named
            join served_view v on v.tenant_id = tenant and v.user_id = named and v.served_at >= w.exposed_at
              and v.served_at < w.closes_at and v.served_at >= since and v.served_at < until and not v.preview
            where w.kind = 'USER'
            union all
            select v.latency_ms, v.lists
            from (select distinct l.session_id from unnest(whole_of(tenant, w.unit)) as named
                  join session_link l on l.tenant_id = tenant and l.user_id = named) as theirs
            join served_view v on v.tenant_id = tenant and v.session_id = theirs.session_id and v.user_id is null
              and v.served_at >= w.exposed_at and v.served_at < w.closes_at and v.served_at >= since and v.served_at < until and not v.preview
            where w.kind = 'USER' and user_of(tenant, v.session_id, null, v.served_at) = w.unit
            offset 0
        ) as v
        cross join lateral jsonb_array_elements(v.lists) as list
        left join lateral jsonb_array_elements_text(list -> 'products') with ordinality as stood (product_id, place) on true
        where w.counts and list ->> 'placement' = any (w.placements)
    ) as v
    group by v.number;
end $$;

-- An event's value in thousandths, within what a sum of many can hold.
create function whole_value(value double precision) returns numeric language sql immutable parallel safe as $$
    select case when value is null then 0 else round(least(greatest(value, -1e12), 1e12)::numeric * 1000) end
$$;

create function whole_sum(amount numeric) returns bigint language sql immutable parallel safe as $$
    select least(greatest(amount, -4e18), 4e18)::bigint
$$;

-- The rows that due units have by what was heard of them. What they did before is as it was once, where not all of it is kept any more.
create function make_units(tenant text) returns void language plpgsql set default_statistics_target = 10 as $$
begin
    analyze heard_event, heard_sale, heard_answer, phase_measure;
    insert into fresh_unit (experiment_id, phase, policy, unit, variant, exposed_at, closes_at, closed, market_id, device, page_type,
                            returning_one, amounts, before, shown)
    select w.experiment_id, w.phase, w.policy, w.unit, w.variant, w.exposed_at, w.closes_at, w.closes_at <= now(), w.market_id, w.device,
           w.page_type, w.returning_one, did.amounts,
           case when w.kind <> 'SESSION' then
               case when old.before is not null and w.begins < (kept_since(t.retention_days)::timestamp at time zone 'UTC') then old.before
                    else did.before end end,
           a.shown
    from due_window w
    join tenant t on t.tenant_id = tenant
    left join unit_metric old on old.experiment_id = w.experiment_id and old.phase = w.phase and old.unit = w.unit and old.policy = w.policy
    left join (select number, after, coalesce(sum(times) filter (where type = 'impression' and not bot), 0) as impressions,
                      coalesce(sum(times) filter (where type = 'click' and not bot), 0) as clicks
               from heard_event group by 1, 2) as seen on seen.number = w.number and seen.after
    left join (select number, after, coalesce(sum(times) filter (where type = 'impression' and not bot), 0) as impressions,
                      coalesce(sum(times) filter (where type = 'click' and not bot), 0) as clicks
               from heard_event group by 1, 2) as seen_before on seen_before.number = w.number and not seen_before.after
    left join heard_sale sold on sold.number = w.number and sold.after
    left join heard_sale sold_before on sold_before.number = w.number and not sold_before.after
    left join heard_answer a on a.number = w.number
    cross join lateral (
        select array_agg(least(whole_sum(coalesce(case m.measure
                   when 'impressions' then seen.impressions when 'clicks' then seen.clicks when 'carts' then sold.carts
                   when 'orders' then sold.orders when 'units' then sold.units when 'revenue' then sold.revenue
                   when 'revenue_capped' then sold.revenue when 'attributed_carts' then sold.attributed_carts
                   when 'attributed_orders' then sold.attributed_orders when 'attributed_units' then sold.attributed_units
                   when 'attributed_revenue' then sold.attributed_revenue when 'answers' then a.answers when 'empty_answers' then a.empty
                   when 'timed_answers' then a.timed when 'latency_ms' then a.latency_ms when 'positions' then a.positions
                   when 'products' then cardinality(a.shown) else own.amount end, 0)), m.cap) order by m.place),
               array_agg(least(whole_sum(coalesce(case m.measure
                   when 'impressions' then seen_before.impressions when 'clicks' then seen_before.clicks
                   when 'carts' then sold_before.carts when 'orders' then sold_before.orders when 'units' then sold_before.units
                   when 'revenue' then sold_before.revenue when 'revenue_capped' then sold_before.revenue
                   when 'attributed_carts' then sold_before.attributed_carts when 'attributed_orders' then sold_before.attributed_orders
                   when 'attributed_units' then sold_before.attributed_units when 'attributed_revenue' then sold_before.attributed_revenue
                   else own.before end, 0)), m.cap) order by m.place)
        from phase_measure m
        left join lateral (
            select sum(case when m.measure like 'event:%' then h.times else h.sum end) filter (where h.after) as amount,
                   sum(case when m.measure like 'event:%' then h.times else h.sum end) filter (where not h.after) as before
            from heard_event h
            where m.type is not null and h.number = w.number and h.type = m.type and not h.bot
        ) as own on m.type is not null
        where m.experiment_id = w.experiment_id and m.phase = w.phase
    ) as did (amounts, before)
    where w.counts and did.amounts is not null and not exists (select from heard_event h where h.number = w.number and h.bot);
end $$;

-- ---- third level ----------------------------------------------------------------------------------------------------------------

-- The sums of all that has come and gone: of those alike in every segment first, then of each segment. Most units did the same as many
-- others, so that these are counted before anything is multiplied: with whole numbers of any size that is what costs.
create function sum_units() returns table (experiment_id int, phase smallint, policy int, variant smallint, segment text, value text,
    closed boolean, metric text, n bigint, y numeric, yy numeric, d numeric, dd numeric, yd numeric, x numeric, xx numeric, xy numeric,
    z numeric, zz numeric, xz numeric, xd numeric, yz numeric, dz numeric)
language plpgsql stable set enable_sort = off set work_mem = '32MB' as $$
#variable_conflict use_column
begin
    return query
        with equal as (
            select u.experiment_id, u.phase, u.policy, u.variant, u.market_id, u.device, u.page_type, u.returning_one, u.closed, m.metric,
                   case when m.proportion then (u.amounts[m.y] > 0)::int else least(u.amounts[m.y], m.cap) end as y,
                   coalesce(u.amounts[m.d], 0) as d,
                   case when u.before is null then 0 when m.proportion then (u.before[m.y] > 0)::int
                        else least(u.before[m.y], m.cap) end as x,
                   u.before[m.d] as z, sum(sign) as times
            from (select *, 1 as sign from come_unit union all select *, -1 from gone_unit) as u
            join phase_metric m using (experiment_id, phase)
            group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14
            having sum(sign) <> 0
        ), alike as (
            select u.experiment_id, u.phase, u.policy, u.variant, u.market_id, u.device, u.page_type,
                   case when u.returning_one then 'returning' when not u.returning_one then 'new' end as newness, u.closed, u.metric,
                   sum(times)::bigint as n, sum(times * u.y) as y, sum(times * u.y * u.y) as yy, sum(times * u.d) as d,
                   sum(times * u.d * u.d) as dd, sum(times * u.y * u.d) as yd, sum(times * u.x) as x, sum(times * u.x * u.x) as xx,
                   sum(times * u.x * u.y) as xy, coalesce(sum(times * u.z), 0) as z, coalesce(sum(times * u.z * u.z), 0) as zz,
                   coalesce(sum(times * u.z * u.x), 0) as xz, sum(times * u.d * u.x) as xd, coalesce(sum(times * u.z * u.y), 0) as yz,
                   coalesce(sum(times * u.z * u.d), 0) as dz
            from (select experiment_id, phase, policy, variant, market_id, device, page_type, returning_one, closed, metric, y::numeric as y,
                         d::numeric as d, x::numeric as x, z::numeric as z, times::numeric as times
                  from equal) as u
            group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
        )
        select a.experiment_id, a.phase, a.policy, a.variant, s.segment, s.value, a.closed, a.metric, sum(a.n)::bigint, sum(a.y), sum(a.yy),
               sum(a.d), sum(a.dd), sum(a.yd), sum(a.x), sum(a.xx), sum(a.xy), sum(a.z), sum(a.zz), sum(a.xz), sum(a.xd), sum(a.yz), sum(a.dz)
        from alike a
        cross join lateral (values ('', ''), ('market', a.market_id), ('device', a.device), ('page_type', a.page_type),
                                   ('newness', a.newness)) as s (segment, value)
        where s.value is not null
        group by 1, 2, 3, 4, 5, 6, 7, 8;
end $$;

-- Takes the parts of the units that have gone out of the totals, and adds those that have come.
create function add_units() returns void language plpgsql set default_statistics_target = 10 as $$
begin
    analyze come_unit, gone_unit, phase_metric;
    insert into experiment_total as t
    select * from sum_units() as s
    where (n, y, yy, d, dd, yd, x, xx, xy, z, zz, xz, xd, yz, dz) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    order by experiment_id, phase, policy, variant, segment, value, closed, metric
    on conflict (experiment_id, phase, policy, variant, segment, value, closed, metric) do update
    set n = t.n + excluded.n, y = t.y + excluded.y, yy = t.yy + excluded.yy, d = t.d + excluded.d, dd = t.dd + excluded.dd,
        yd = t.yd + excluded.yd, x = t.x + excluded.x, xx = t.xx + excluded.xx, xy = t.xy + excluded.xy, z = t.z + excluded.z,
        zz = t.zz + excluded.zz, xz = t.xz + excluded.xz, xd = t.xd + excluded.xd, yz = t.yz + excluded.yz, dz = t.dz + excluded.dz;
    delete from experiment_total t
    using (select distinct experiment_id, phase from gone_unit) as g
    where t.experiment_id = g.experiment_id and t.phase = g.phase and t.n = 0;

    insert into experiment_day as t
    select experiment_id, phase, policy, variant, (exposed_at at time zone 'UTC')::date, sum(sign)
    from (select *, 1 as sign from come_unit union all select *, -1 from gone_unit) as u
    group by 1, 2, 3, 4, 5
    having sum(sign) <> 0
    order by 1, 2, 3, 4, 5
    on conflict (experiment_id, phase, policy, variant, day) do update set units = t.units + excluded.units;
    delete from experiment_day t
    using (select distinct experiment_id, phase from gone_unit) as g
    where t.experiment_id = g.experiment_id and t.phase = g.phase and t.units = 0;

    insert into experiment_product as t (experiment_id, phase, variant, product_id, units)
    select experiment_id, phase, variant, product_id, sum(sign)
    from (select *, 1 as sign from come_unit union all select *, -1 from gone_unit) as u
    cross join lateral unnest(u.shown) as stood (product_id)
    group by 1, 2, 3, 4
    having sum(sign) <> 0
    order by 1, 2, 3, 4
    on conflict (experiment_id, phase, variant, product_id) do update set units = t.units + excluded.units;
end $$;

-- ---- recounting, expiring, forgetting ---------------------------------------------------------------------------------------------

-- The sums of units that the tenant keeps no longer: they stay in the totals.
create table experiment_past (like experiment_total including all);
alter table experiment_past add foreign key (experiment_id) references experiment on delete cascade;

-- A recount adds up all units of a phase, a part at a time. Why that cannot be, or null.
create function stage_sums(experiment int, stretch smallint) returns text language plpgsql as $$
begin
    insert into due_unit values (experiment, stretch, '');
    perform look_up_phases();
    return (select unread from experiment_phase where experiment_id = experiment and phase = stretch);
end $$;

create function collect_sums() returns void language plpgsql set default_statistics_target = 10 as $$
begin
    analyze come_unit, phase_metric;
    insert into part_sum select * from sum_units();
    insert into part_day
    select experiment_id, phase, policy, variant, (exposed_at at time zone 'UTC')::date, count(*) from come_unit group by 1, 2, 3, 4, 5;
    insert into part_product
    select experiment_id, phase, variant, product_id, count(*), 0 from come_unit cross join lateral unnest(shown) as stood (product_id)
    group by 1, 2, 3, 4;
    truncate come_unit;
end $$;

create function mend_sums(experiment int, stretch smallint, since date) returns void language plpgsql as $$
begin
    delete from experiment_total where experiment_id = experiment and phase = stretch;
    insert into experiment_total
    select experiment_id, phase, policy, variant, segment, value, closed, metric, sum(n), sum(y), sum(yy), sum(d), sum(dd), sum(yd), sum(x),
           sum(xx), sum(xy), sum(z), sum(zz), sum(xz), sum(xd), sum(yz), sum(dz)
    from (select * from part_sum union all select * from experiment_past where experiment_id = experiment and phase = stretch) as each
    group by 1, 2, 3, 4, 5, 6, 7, 8
    having sum(n) <> 0;
    delete from experiment_day where experiment_id = experiment and phase = stretch and day >= since;
    insert into experiment_day
    select experiment_id, phase, policy, variant, day, sum(units) from part_day where day >= since group by 1, 2, 3, 4, 5;
    update experiment_product set units = past where experiment_id = experiment and phase = stretch;
    insert into experiment_product as t (experiment_id, phase, variant, product_id, units)
    select experiment_id, phase, variant, product_id, sum(units) from part_product group by 1, 2, 3, 4
    on conflict (experiment_id, phase, variant, product_id) do update set units = t.units + excluded.units;
end $$;

-- Removes exposures from before a day, and the units that they began, `most` at a time; their sums stay. Whoever asks is alone at adding up.
create function expire_units(tenant text, since date, most int) returns bigint language plpgsql as $$
declare
    number bigint;
begin
    perform stage_folding();
    insert into due_unit
    select distinct x.experiment_id, x.phase, x.unit
    from (select * from exposure x
          where x.tenant_id = tenant and x.exposed_at < (since::timestamp at time zone 'UTC')
            and (x.experiment_id, x.phase) not in (select experiment_id, phase from experiment_phase where unread is not null)
          limit most) as x;
    get diagnostics number = row_count;
    if number = 0 then
        return 0;
    end if;
    perform look_up_phases();
    perform look_up_windows(tenant);
    with old as (
        delete from unit_metric u using due_window w
        where u.experiment_id = w.experiment_id and u.phase = w.phase and u.unit = w.unit and u.policy = w.policy
          and u.exposed_at < (since::timestamp at time zone 'UTC')
        returning u.*
    )
    insert into gone_unit select * from old;
    delete from unit_of_bots u using due_window w
    where u.experiment_id = w.experiment_id and u.phase = w.phase and u.unit = w.unit and u.policy = w.policy
      and w.exposed_at < (since::timestamp at time zone 'UTC');
    delete from exposure x using due_name n, due_window w
    where x.experiment_id = n.experiment_id and x.phase = n.phase and x.unit = n.named
      and w.experiment_id = n.experiment_id and w.phase = n.phase and w.unit = n.unit and w.policy = x.policy
      and w.exposed_at < (since::timestamp at time zone 'UTC');
    insert into come_unit select * from gone_unit;
    update come_unit set closed = true;
    perform add_units();
    truncate gone_unit;
    update experiment_product t set past = t.past + s.units
    from (select experiment_id, phase, variant, product_id, count(*) as units
          from come_unit cross join lateral unnest(shown) as stood (product_id)
          group by 1, 2, 3, 4) as s
    where (t.experiment_id, t.phase, t.variant, t.product_id) = (s.experiment_id, s.phase, s.variant, s.product_id);
    insert into experiment_past as t
    select * from sum_units() as s
    order by experiment_id, phase, policy, variant, segment, value, closed, metric
    on conflict (experiment_id, phase, policy, variant, segment, value, closed, metric) do update
    set n = t.n + excluded.n, y = t.y + excluded.y, yy = t.yy + excluded.yy, d = t.d + excluded.d, dd = t.dd + excluded.dd,
        yd = t.yd + excluded.yd, x = t.x + excluded.x, xx = t.xx + excluded.xx, xy = t.xy + excluded.xy, z = t.z + excluded.z,
        zz = t.zz + excluded.zz, xz = t.xz + excluded.xz, xd = t.xd + excluded.xd, yz = t.yz + excluded.yz, dz = t.dz + excluded.dz;
    return number;
end $$;

-- Who got which variant of what, and what units did, for those who ask in SQL.
create view analytics.exposures with (security_barrier) as
select x.tenant_id, e.key as experiment, x.phase, x.policy, e.unit as unit_kind, x.unit, e.variants -> x.variant ->> 'key' as variant,
       x.exposed_at, x.source, x.propensity, x.multiple, x.apart, x.market_id, x.device, x.page_type, x.returning_one as returning
from exposure x
join experiment e using (experiment_id)
where (select analytics.readable_tenants()) is null or x.tenant_id = any ((select analytics.readable_tenants())::text[]);

-- A row a unit and measure. Money is in minor units of `currency`, sums of values in thousandths, times in milliseconds.
create view analytics.experiment_units with (security_barrier) as
select e.tenant_id, e.key as experiment, u.phase, u.policy, e.unit as unit_kind, u.unit, e.variants -> u.variant ->> 'key' as variant,
       u.exposed_at, u.closes_at, u.closed, u.market_id, u.device, u.page_type, u.returning_one as returning, m.measure,
       u.amounts[m.place] as amount, u.before[m.place] as before, p.measures ->> 'currency' as currency
from unit_metric u
join experiment e using (experiment_id)
join experiment_phase p using (experiment_id, phase)
cross join lateral jsonb_array_elements_text(p.measures -> 'measures') with ordinality as m (measure, place)
where (select analytics.readable_tenants()) is null or e.tenant_id = any ((select analytics.readable_tenants())::text[]);

-- The exposures that are someone's and nobody else's.
create function exposures_of(s someone) returns setof exposure language sql stable as $$
    select x.*
    from (select 'SESSION' as kind, unnest(own_sessions(s)) as unit
          union all select 'VISITOR', unnest(s.visitors) union all select 'USER', unnest(s.users)) as named
    join exposure x on x.tenant_id = s.tenant_id and x.unit = named.unit
    join experiment e on e.experiment_id = x.experiment_id and e.unit = named.kind
$$;

-- Gives the units that are someone's the names that their events have from now on (`fresh_id`): nothing is counted otherwise then. What of
-- theirs was in another's unit is counted with it no longer. Whoever asks is alone at adding up. How many exposures that were.
create function rename_units(s someone) returns bigint language plpgsql as $$
declare
    number bigint;
begin
    if not exists (select from exposure x where x.tenant_id = s.tenant_id) then
        return 0;
    end if;
    insert into fresh_id
    select distinct case e.unit when 'SESSION' then 'session' else 'visitor' end, x.unit, gen_random_uuid()::text
    from exposures_of(s) as x join experiment e using (experiment_id)
    where e.unit <> 'USER'
    on conflict do nothing;
    perform note_units(s.tenant_id, upper(f.kind), array_agg(f.old)) from fresh_id f where f.kind in ('session', 'visitor') group by f.kind;

    -- Of users who have become one person, the others' rows go first.
    perform stage_folding();
    insert into due_unit
    select u.experiment_id, u.phase, u.unit
    from exposures_of(s) as x join experiment e using (experiment_id)
    join unit_metric u on u.experiment_id = x.experiment_id and u.phase = x.phase and u.unit = any (s.users) and u.unit <> s.person_id
    where e.unit = 'USER';
    if found then
        with old as (
            delete from unit_metric u using (select distinct * from due_unit) as d
            where u.experiment_id = d.experiment_id and u.phase = d.phase and u.unit = d.unit
            returning u.*
        )
        insert into gone_unit select * from old;
        perform look_up_phases();
        perform add_units();
    end if;
    delete from unit_of_bots u using exposures_of(s) as x, experiment e
    where e.experiment_id = x.experiment_id and e.unit = 'USER' and u.experiment_id = x.experiment_id and u.phase = x.phase
      and u.unit = any (s.users) and u.unit <> s.person_id;

    with mine as materialized (
        select distinct x.experiment_id, x.phase, x.policy, x.unit, f.fresh
        from exposures_of(s) as x
        join experiment e using (experiment_id)
        join fresh_id f on f.kind = lower(e.unit) and f.old = x.unit
    ), gone as (
        delete from exposure x using mine m
        where x.experiment_id = m.experiment_id and x.phase = m.phase and x.policy = m.policy and x.unit = m.unit
        returning x.*, m.fresh
    ), counted as (
        update unit_metric u set unit = m.fresh
        from (select distinct experiment_id, phase, unit, fresh from mine) as m
        where u.experiment_id = m.experiment_id and u.phase = m.phase and u.unit = m.unit
    ), shunned as (
        update unit_of_bots u set unit = m.fresh
        from (select distinct experiment_id, phase, unit, fresh from mine) as m
        where u.experiment_id = m.experiment_id and u.phase = m.phase and u.unit = m.unit
    ), waiting as (
        update unit_due d set unit = m.fresh
        from (select distinct experiment_id, phase, unit, fresh from mine) as m
        where d.experiment_id = m.experiment_id and d.phase = m.phase and d.unit = m.unit
    ), due as (
        insert into unit_due select distinct s.tenant_id, experiment_id, phase, fresh from mine
    )
    insert into exposure (tenant_id, experiment_id, phase, policy, unit, variant, exposed_at, source, propensity, multiple, apart, market_id,
                          device, page_type, returning_one)
    select distinct on (experiment_id, phase, fresh, policy)
           s.tenant_id, experiment_id, phase, policy, fresh, variant, exposed_at, source, propensity,
           bool_or(multiple) over key or min(variant) over key <> max(variant) over key, min(apart) over key, market_id, device, page_type,
           returning_one
    from gone
    window key as (partition by experiment_id, phase, fresh, policy)
    order by experiment_id, phase, fresh, policy, exposed_at, variant;
    get diagnostics number = row_count;

    -- A visitor's unit is found by its sessions.
    insert into visitor_session (tenant_id, session_id, visitor_id, started_at, last_seen)
    select s.tenant_id, f.fresh, v.fresh, old.started_at, old.last_seen
    from visitor_session old
    join fresh_id f on f.kind = 'session' and f.old = old.session_id
    join fresh_id v on v.kind = 'visitor' and v.old = old.visitor_id
    where old.tenant_id = s.tenant_id and old.session_id = any (own_sessions(s))
      and exists (select from exposure x where x.tenant_id = s.tenant_id and x.unit = v.fresh)
    on conflict do nothing;
    return number;
end $$;
