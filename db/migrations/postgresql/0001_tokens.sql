-- Ids are version-7 UUIDs as 32 hex characters, instants Unix milliseconds, states camelCase words. Texts compare and sort by their bytes, as in every engine.

create table institution (
    id          varchar(32) collate "C"   not null primary key,
    code        varchar(4) collate "C"    not null unique,
    name        varchar(60) collate "C"   not null,
    preset      varchar(20) collate "C"   not null,
    policy      text collate "C"          not null,
    created_at  bigint                    not null
);

create table key_check (
    key_id  varchar(20) collate "C"   not null primary key,
    proof   varchar(200) collate "C"  not null -- sealed with that key
);

create table api_key (
    id              varchar(32) collate "C"   not null primary key,
    institution_id  varchar(32) collate "C"   not null references institution (id),
    name            varchar(60) collate "C"   not null,
    key_hash        varchar(64) collate "C"   not null unique,
    created_at      bigint                    not null,
    revoked_at      bigint                    null
);

create table contract (
    id              varchar(32) collate "C"   not null primary key,
    institution_id  varchar(32) collate "C"   not null references institution (id),
    service_id      varchar(64) collate "C"   not null,
    name            varchar(100) collate "C"  not null,
    search_name     varchar(200) collate "C"  not null, -- folded
    token_mode      varchar(10) collate "C"   not null,
    branch          varchar(3) collate "C"    null,
    cancelled_at    bigint                    null,
    created_at      bigint                    not null,
    unique (institution_id, service_id)
);

create table token (
    id                     varchar(32) collate "C"   not null primary key,
    institution_id         varchar(32) collate "C"   not null references institution (id),
    contract_id            varchar(32) collate "C"   null references contract (id),
    holder_id              varchar(32) collate "C"   null, -- the user at whose hand it came; others may share it
    kind                   varchar(12) collate "C"   not null,
    serial                 varchar(20) collate "C"   not null,
    status                 varchar(10) collate "C"   not null,
    algorithm              varchar(6) collate "C"    not null,
    digits                 integer                   not null,
    period                 integer                   not null,
    secret                 varchar(300) collate "C"  null, -- sealed
    next_secret            varchar(300) collate "C"  null, -- sealed; counts beside the other until its first password
    next_expires_at        bigint                    null,
    drift                  integer                   not null,
    last_step              bigint                    not null,
    failures               integer                   not null,
    version                bigint                    not null,
    issued_at              bigint                    null,
    activated_at           bigint                    null,
    confirmed_at           bigint                    null,
    expires_at             bigint                    null,
    renewal_opened_at      bigint                    null,
    knock_failures         integer                   not null,
    knocks_paused_until    bigint                    null,
    revoked_at             bigint                    null,
    unbound_since          bigint                    null, -- while nobody owns it
    unique (institution_id, serial)
) with (fillfactor = 80); -- a verification changes no indexed column: its new version of the row stays on the page

create index ix_token_page on token (institution_id, id);
create index ix_token_serial on token (serial);
create index ix_token_contract on token (contract_id);
create index ix_token_unbound on token (kind, status, unbound_since);
create index ix_token_lapsing on token (institution_id, status, expires_at);
create index ix_token_renewing on token (institution_id, status, renewal_opened_at, expires_at);

create table contract_user (
    id              varchar(32) collate "C"   not null primary key,
    contract_id     varchar(32) collate "C"   not null references contract (id),
    user_id         varchar(64) collate "C"   not null,
    display_name    varchar(100) collate "C"  not null,
    search_name     varchar(200) collate "C"  not null, -- folded
    role            varchar(14) collate "C"   not null,
    otp_at_login    integer                   not null,
    token_id        varchar(32) collate "C"   null references token (id),
    tokenless_since bigint                    null,
    created_at      bigint                    not null,
    unique (contract_id, user_id)
);

create index ix_contract_user_token on contract_user (token_id);
create index ix_contract_user_tokenless on contract_user (tokenless_since);

create table outbox_mail (
    id               varchar(32) collate "C"   not null primary key,
    institution_id   varchar(32) collate "C"   not null references institution (id),
    token_id         varchar(32) collate "C"   null references token (id),
    purpose          varchar(20) collate "C"   not null,
    from_address     varchar(254) collate "C"  not null,
    from_name        varchar(60) collate "C"   not null,
    to_address       varchar(254) collate "C"  not null,
    message_id       varchar(300) collate "C"  not null,
    subject          varchar(200) collate "C"  not null,
    body             text collate "C"          null, -- sealed; erased once the mail has left or cannot leave
    status           varchar(12) collate "C"   not null,
    attempts         integer                   not null,
    next_attempt_at  bigint                    not null,
    useless_after    bigint                    not null,
    lease_owner      varchar(32) collate "C"   null,
    lease_until      bigint                    null,
    last_answer      varchar(500) collate "C"  null,
    created_at       bigint                    not null,
    sent_at          bigint                    null
);

create index ix_outbox_mail_due on outbox_mail (status, next_attempt_at);
create index ix_outbox_mail_token on outbox_mail (token_id);

create table issuance (
    id               varchar(32) collate "C"   not null primary key,
    token_id         varchar(32) collate "C"   not null unique references token (id),
    user_row_id      varchar(32) collate "C"   not null references contract_user (id),
    mobile_email     varchar(254) collate "C"  not null,
    pin_hash         varchar(200) collate "C"  null, -- slow and keyed; erased once it has served
    code_hash        varchar(64) collate "C"   not null unique,
    code_expires_at  bigint                    not null,
    failures         integer                   not null,
    voided_at        bigint                    null,
    mail_id          varchar(32) collate "C"   not null references outbox_mail (id),
    created_at       bigint                    not null
);

create index ix_issuance_code_expiry on issuance (code_expires_at);

create table receipt (
    id              varchar(32) collate "C"   not null primary key,
    institution_id  varchar(32) collate "C"   not null references institution (id),
    receipt_number  varchar(12) collate "C"   not null,
    accepted_at     bigint                    not null,
    action          varchar(40) collate "C"   not null,
    service_id      varchar(64) collate "C"   not null,
    user_id         varchar(64) collate "C"   null,
    serial          varchar(20) collate "C"   null,
    state_before    varchar(300) collate "C"  null,
    state_after     varchar(300) collate "C"  null,
    unique (institution_id, receipt_number)
);

create table audit_entry (
    id              varchar(32) collate "C"   not null primary key,
    institution_id  varchar(32) collate "C"   not null, -- empty where the attempt named no institution
    occurred_at     bigint                    not null,
    action          varchar(40) collate "C"   not null,
    actor_kind      varchar(20) collate "C"   not null,
    actor_name      varchar(60) collate "C"   not null,
    actor_address   varchar(45) collate "C"   null,
    service_id      varchar(64) collate "C"   null,
    user_id         varchar(64) collate "C"   null,
    serial          varchar(20) collate "C"   null,
    state_before    varchar(300) collate "C"  null,
    state_after     varchar(300) collate "C"  null,
    receipt_number  varchar(12) collate "C"   null,
    detail          varchar(500) collate "C"  null,
    chain           varchar(32) collate "C"   not null, -- of one process and one institution
    position        bigint                    not null, -- 1, 2, 3 ... in the chain
    mac             varchar(100) collate "C"  not null, -- over all columns and the mac before
    unique (chain, position)
);

create index ix_audit_entry_time on audit_entry (institution_id, occurred_at, id);
create index ix_audit_entry_service on audit_entry (institution_id, service_id, occurred_at, id);
create index ix_audit_entry_serial on audit_entry (institution_id, serial, occurred_at, id) where serial is not null;
create index ix_audit_entry_receipt on audit_entry (institution_id, receipt_number) where receipt_number is not null;

create table audit_seal (
    position   bigint                    not null primary key, -- 1, 2, 3 ... for the whole database
    sealed_at  bigint                    not null,
    heads      text collate "C"          not null, -- the ends of the chains that had grown
    mac        varchar(100) collate "C"  not null  -- over all columns and the mac before
);

create table audit_base (
    chain     varchar(32) collate "C"   not null primary key, -- or 'seal'
    position  bigint                    not null, -- of the last row that went to the archive
    mac       varchar(100) collate "C"  not null, -- of that row
    proof     varchar(100) collate "C"  not null  -- over the columns
);

create table event (
    id              varchar(32) collate "C"   not null primary key,
    institution_id  varchar(32) collate "C"   not null references institution (id),
    type            varchar(40) collate "C"   not null,
    occurred_at     bigint                    not null,
    data            varchar(2000) collate "C" not null,
    position        bigint                    null -- given when it is first read; until then it waits
);

create index ix_event_position on event (institution_id, position, id);

create table event_head (
    institution_id  varchar(32) collate "C"   not null primary key references institution (id),
    position        bigint                    not null
);

create table idempotent_answer (
    client_id     varchar(32) collate "C"   not null,
    key_hash      varchar(64) collate "C"   not null,
    fingerprint   varchar(64) collate "C"   not null,
    status        integer                   not null,
    content_type  varchar(60) collate "C"   not null,
    body          text collate "C"          not null,
    created_at    bigint                    not null,
    primary key (client_id, key_hash)
);

create index ix_idempotent_answer_age on idempotent_answer (created_at);

create table portal_session (
    id                 varchar(32) collate "C"   not null primary key,
    institution_id     varchar(32) collate "C"   not null references institution (id),
    service_id         varchar(64) collate "C"   not null,
    user_id            varchar(64) collate "C"   not null,
    page               varchar(10) collate "C"   not null,
    return_url         varchar(2000) collate "C" not null,
    link_hash          varchar(64) collate "C"   not null unique,
    link_expires_at    bigint                    not null,
    cookie_hash        varchar(64) collate "C"   null,
    cookie_expires_at  bigint                    null,
    created_at         bigint                    not null
);

create index ix_portal_session_cookie on portal_session (cookie_hash);
create index ix_portal_session_age on portal_session (created_at);
