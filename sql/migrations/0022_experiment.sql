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
    primary key (experiment_id, phase)
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
    primary key (experiment_id, phase, unit, policy)
);
create index unit_metric_open on unit_metric (closes_at) where not closed;

-- Third level: of a variant, of everyone (segment '') or of a segment's members, the sums that statistics need of a metric; of units whose
-- window has closed, and of the others.
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
    primary key (experiment_id, phase, policy, variant, segment, value, closed, metric)
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
