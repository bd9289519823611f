-- Ids are version-7 UUIDs as 32 hex characters, instants Unix milliseconds, states camelCase words.
-- Text is matched and ordered by its characters, whatever collation the database has: hence the binary one. nvarchar holds Japanese under any collation,
-- and is what the driver sends: a varchar column would be converted, row by row, to be compared.

create table institution (
    id          nvarchar(32) collate Latin1_General_BIN2   not null primary key,
    code        nvarchar(4) collate Latin1_General_BIN2    not null unique,
    name        nvarchar(60) collate Latin1_General_BIN2   not null,
    preset      nvarchar(20) collate Latin1_General_BIN2   not null,
    policy      nvarchar(max) collate Latin1_General_BIN2  not null,
    created_at  bigint                                     not null
);

create table key_check (
    key_id  nvarchar(20) collate Latin1_General_BIN2   not null primary key,
    proof   nvarchar(200) collate Latin1_General_BIN2  not null -- sealed with that key
);

create table api_key (
    id              nvarchar(32) collate Latin1_General_BIN2  not null primary key,
    institution_id  nvarchar(32) collate Latin1_General_BIN2  not null references institution (id),
    name            nvarchar(60) collate Latin1_General_BIN2  not null,
    key_hash        nvarchar(64) collate Latin1_General_BIN2  not null unique,
    created_at      bigint                                    not null,
    revoked_at      bigint                                    null
);

create table contract (
    id              nvarchar(32) collate Latin1_General_BIN2   not null primary key,
    institution_id  nvarchar(32) collate Latin1_General_BIN2   not null references institution (id),
    service_id      nvarchar(64) collate Latin1_General_BIN2   not null,
    name            nvarchar(100) collate Latin1_General_BIN2  not null,
    search_name     nvarchar(200) collate Latin1_General_BIN2  not null, -- folded
    token_mode      nvarchar(10) collate Latin1_General_BIN2   not null,
    branch          nvarchar(3) collate Latin1_General_BIN2    null,
    cancelled_at    bigint                                     null,
    created_at      bigint                                     not null,
    unique (institution_id, service_id)
);

create table token (
    id                   nvarchar(32) collate Latin1_General_BIN2   not null primary key,
    institution_id       nvarchar(32) collate Latin1_General_BIN2   not null references institution (id),
    contract_id          nvarchar(32) collate Latin1_General_BIN2   null references contract (id),
    holder_id            nvarchar(32) collate Latin1_General_BIN2   null, -- the user at whose hand it came; others may share it
    kind                 nvarchar(12) collate Latin1_General_BIN2   not null,
    serial               nvarchar(20) collate Latin1_General_BIN2   not null,
    status               nvarchar(10) collate Latin1_General_BIN2   not null,
    algorithm            nvarchar(6) collate Latin1_General_BIN2    not null,
    digits               integer                                    not null,
    period               integer                                    not null,
    secret               nvarchar(300) collate Latin1_General_BIN2  null, -- sealed
    next_secret          nvarchar(300) collate Latin1_General_BIN2  null, -- sealed; counts beside the other until its first password
    next_expires_at      bigint                                     null,
    drift                integer                                    not null,
    last_step            bigint                                     not null,
    failures             integer                                    not null,
    version              bigint                                     not null,
    issued_at            bigint                                     null,
    activated_at         bigint                                     null,
    confirmed_at         bigint                                     null,
    expires_at           bigint                                     null,
    renewal_opened_at    bigint                                     null,
    knock_failures       integer                                    not null,
    knocks_paused_until  bigint                                     null,
    revoked_at           bigint                                     null,
    unbound_since        bigint                                     null, -- while nobody owns it
    unique (institution_id, serial)
);

create index ix_token_page on token (institution_id, id);
create index ix_token_serial on token (serial);
create index ix_token_contract on token (contract_id);
create index ix_token_unbound on token (kind, status, unbound_since);
create index ix_token_lapsing on token (institution_id, status, expires_at);
create index ix_token_renewing on token (institution_id, status, renewal_opened_at, expires_at);

create table contract_user (
    id               nvarchar(32) collate Latin1_General_BIN2   not null primary key,
    contract_id      nvarchar(32) collate Latin1_General_BIN2   not null references contract (id),
    user_id          nvarchar(64) collate Latin1_General_BIN2   not null,
    display_name     nvarchar(100) collate Latin1_General_BIN2  not null,
    search_name      nvarchar(200) collate Latin1_General_BIN2  not null, -- folded
    role             nvarchar(14) collate Latin1_General_BIN2   not null,
    otp_at_login     integer                                    not null,
    token_id         nvarchar(32) collate Latin1_General_BIN2   null references token (id),
    tokenless_since  bigint                                     null,
    created_at       bigint                                     not null,
    unique (contract_id, user_id)
);

create index ix_contract_user_token on contract_user (token_id);
create index ix_contract_user_tokenless on contract_user (tokenless_since);

create table outbox_mail (
    id               nvarchar(32) collate Latin1_General_BIN2   not null primary key,
    institution_id   nvarchar(32) collate Latin1_General_BIN2   not null references institution (id),
    token_id         nvarchar(32) collate Latin1_General_BIN2   null references token (id),
    purpose          nvarchar(20) collate Latin1_General_BIN2   not null,
    from_address     nvarchar(254) collate Latin1_General_BIN2  not null,
    from_name        nvarchar(60) collate Latin1_General_BIN2   not null,
    to_address       nvarchar(254) collate Latin1_General_BIN2  not null,
    message_id       nvarchar(300) collate Latin1_General_BIN2  not null,
    subject          nvarchar(200) collate Latin1_General_BIN2  not null,
    body             nvarchar(max) collate Latin1_General_BIN2  null, -- sealed; erased once the mail has left or cannot leave
    status           nvarchar(12) collate Latin1_General_BIN2   not null,
    attempts         integer                                    not null,
    next_attempt_at  bigint                                     not null,
    useless_after    bigint                                     not null,
    lease_owner      nvarchar(32) collate Latin1_General_BIN2   null,
    lease_until      bigint                                     null,
    last_answer      nvarchar(500) collate Latin1_General_BIN2  null,
    created_at       bigint                                     not null,
    sent_at          bigint                                     null
);

create index ix_outbox_mail_due on outbox_mail (status, next_attempt_at);
create index ix_outbox_mail_token on outbox_mail (token_id);

create table issuance (
    id               nvarchar(32) collate Latin1_General_BIN2   not null primary key,
    token_id         nvarchar(32) collate Latin1_General_BIN2   not null unique references token (id),
    user_row_id      nvarchar(32) collate Latin1_General_BIN2   not null references contract_user (id),
    mobile_email     nvarchar(254) collate Latin1_General_BIN2  not null,
    pin_hash         nvarchar(200) collate Latin1_General_BIN2  null, -- slow and keyed; erased once it has served
    code_hash        nvarchar(64) collate Latin1_General_BIN2   not null unique,
    code_expires_at  bigint                                     not null,
    failures         integer                                    not null,
    voided_at        bigint                                     null,
    mail_id          nvarchar(32) collate Latin1_General_BIN2   not null references outbox_mail (id),
    created_at       bigint                                     not null
);

create index ix_issuance_code_expiry on issuance (code_expires_at);

create table receipt (
    id              nvarchar(32) collate Latin1_General_BIN2   not null primary key,
    institution_id  nvarchar(32) collate Latin1_General_BIN2   not null references institution (id),
    receipt_number  nvarchar(12) collate Latin1_General_BIN2   not null,
    accepted_at     bigint                                     not null,
    action          nvarchar(40) collate Latin1_General_BIN2   not null,
    service_id      nvarchar(64) collate Latin1_General_BIN2   not null,
    user_id         nvarchar(64) collate Latin1_General_BIN2   null,
    serial          nvarchar(20) collate Latin1_General_BIN2   null,
    state_before    nvarchar(300) collate Latin1_General_BIN2  null,
    state_after     nvarchar(300) collate Latin1_General_BIN2  null,
    unique (institution_id, receipt_number)
);

create table audit_entry (
    id              nvarchar(32) collate Latin1_General_BIN2   not null primary key,
    institution_id  nvarchar(32) collate Latin1_General_BIN2   not null, -- empty where the attempt named no institution
    occurred_at     bigint                                     not null,
    action          nvarchar(40) collate Latin1_General_BIN2   not null,
    actor_kind      nvarchar(20) collate Latin1_General_BIN2   not null,
    actor_name      nvarchar(60) collate Latin1_General_BIN2   not null,
    actor_address   nvarchar(45) collate Latin1_General_BIN2   null,
    service_id      nvarchar(64) collate Latin1_General_BIN2   null,
    user_id         nvarchar(64) collate Latin1_General_BIN2   null,
    serial          nvarchar(20) collate Latin1_General_BIN2   null,
    state_before    nvarchar(300) collate Latin1_General_BIN2  null,
    state_after     nvarchar(300) collate Latin1_General_BIN2  null,
    receipt_number  nvarchar(12) collate Latin1_General_BIN2   null,
    detail          nvarchar(500) collate Latin1_General_BIN2  null,
    chain           nvarchar(32) collate Latin1_General_BIN2   not null, -- of one process and one institution
    position        bigint                                     not null, -- 1, 2, 3 ... in the chain
    mac             nvarchar(100) collate Latin1_General_BIN2  not null, -- over all columns and the mac before
    unique (chain, position)
);

create index ix_audit_entry_time on audit_entry (institution_id, occurred_at, id);
create index ix_audit_entry_service on audit_entry (institution_id, service_id, occurred_at, id);
create index ix_audit_entry_serial on audit_entry (institution_id, serial, occurred_at, id) where serial is not null;
create index ix_audit_entry_receipt on audit_entry (institution_id, receipt_number) where receipt_number is not null;

create table audit_seal (
    position   bigint                                     not null primary key, -- 1, 2, 3 ... for the whole database
    sealed_at  bigint                                     not null,
    heads      nvarchar(max) collate Latin1_General_BIN2  not null, -- the ends of the chains that had grown
    mac        nvarchar(100) collate Latin1_General_BIN2  not null -- over all columns and the mac before
);

create table audit_base (
    chain     nvarchar(32) collate Latin1_General_BIN2   not null primary key, -- or 'seal'
    position  bigint                                     not null, -- of the last row that went to the archive
    mac       nvarchar(100) collate Latin1_General_BIN2  not null, -- of that row
    proof     nvarchar(100) collate Latin1_General_BIN2  not null -- over the columns
);

create table event (
    id              nvarchar(32) collate Latin1_General_BIN2    not null primary key,
    institution_id  nvarchar(32) collate Latin1_General_BIN2    not null references institution (id),
    type            nvarchar(40) collate Latin1_General_BIN2    not null,
    occurred_at     bigint                                      not null,
    data            nvarchar(2000) collate Latin1_General_BIN2  not null,
    position        bigint                                      null -- given when it is first read; until then it waits
);

create index ix_event_position on event (institution_id, position, id);

create table event_head (
    institution_id  nvarchar(32) collate Latin1_General_BIN2  not null primary key references institution (id),
    position        bigint                                    not null
);

create table idempotent_answer (
    client_id     nvarchar(32) collate Latin1_General_BIN2   not null,
    key_hash      nvarchar(64) collate Latin1_General_BIN2   not null,
    fingerprint   nvarchar(64) collate Latin1_General_BIN2   not null,
    status        integer                                    not null,
    content_type  nvarchar(60) collate Latin1_General_BIN2   not null,
    body          nvarchar(max) collate Latin1_General_BIN2  not null,
    created_at    bigint                                     not null,
    primary key (client_id, key_hash)
);

create index ix_idempotent_answer_age on idempotent_answer (created_at);

create table portal_session (
    id                 nvarchar(32) collate Latin1_General_BIN2    not null primary key,
    institution_id     nvarchar(32) collate Latin1_General_BIN2    not null references institution (id),
    service_id         nvarchar(64) collate Latin1_General_BIN2    not null,
    user_id            nvarchar(64) collate Latin1_General_BIN2    not null,
    page               nvarchar(10) collate Latin1_General_BIN2    not null,
    return_url         nvarchar(2000) collate Latin1_General_BIN2  not null,
    link_hash          nvarchar(64) collate Latin1_General_BIN2    not null unique,
    link_expires_at    bigint                                      not null,
    cookie_hash        nvarchar(64) collate Latin1_General_BIN2    null,
    cookie_expires_at  bigint                                      null,
    created_at         bigint                                      not null
);

create index ix_portal_session_cookie on portal_session (cookie_hash);
create index ix_portal_session_age on portal_session (created_at);
