-- Who looks. A session is anonymous until a user id that we may believe appears with it; links are dated and can be undone.
create table shop_user (
    tenant_id        text        not null references tenant on delete cascade,
    user_id          text        not null,
    hidden           boolean     not null default false,
    attributes       jsonb       not null default '{}',
    tracking_blocked boolean     not null default false,
    created_at       timestamptz not null default now(),
    primary key (tenant_id, user_id)
);

create table user_identity (
    tenant_id text        not null,
    kind      text        not null check (kind in ('email', 'phone', 'external', 'visitor', 'contact')),
    value     text        not null check (value <> ''),
    user_id   text        not null,
    linked_at timestamptz not null default now(),
    primary key (tenant_id, kind, value),
    foreign key (tenant_id, user_id) references shop_user on delete cascade
);
create index user_identity_user on user_identity (tenant_id, user_id);

create table visitor_session (
    tenant_id  text        not null references tenant on delete cascade,
    session_id text        not null,
    visitor_id text,
    started_at timestamptz not null,
    last_seen  timestamptz not null,
    primary key (tenant_id, session_id)
);

create table session_link (
    tenant_id  text        not null,
    session_id text        not null,
    user_id    text        not null,
    linked_at  timestamptz not null,
    primary key (tenant_id, session_id, user_id),
    foreign key (tenant_id, session_id) references visitor_session on delete cascade,
    foreign key (tenant_id, user_id) references shop_user on delete cascade
);
create index session_link_user on session_link (tenant_id, user_id);
