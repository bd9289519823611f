-- Branch staff: who they are, their sessions, and what one drafted for another to approve.

create table staff (
    id                  varchar(32) collate "C"   not null primary key,
    institution_id      varchar(32) collate "C"   not null references institution (id),
    login               varchar(40) collate "C"   not null,
    display_name        varchar(100) collate "C"  not null,
    branch              varchar(3) collate "C"    null, -- null: the whole institution
    role                varchar(12) collate "C"   not null,
    password_hash       varchar(200) collate "C"  not null,
    password_temporary  integer                   not null,
    secret              varchar(300) collate "C"  null, -- sealed; null until the first log-in has enrolled a token
    pending_secret      varchar(300) collate "C"  null, -- sealed; shown as a QR code, not yet proved
    last_step           bigint                    not null,
    drift               integer                   not null,
    failures            integer                   not null,
    locked_at           bigint                    null,
    version             bigint                    not null,
    created_at          bigint                    not null,
    unique (institution_id, login)
);

create table staff_session (
    id            varchar(32) collate "C"   not null primary key,
    staff_id      varchar(32) collate "C"   not null references staff (id),
    cookie_hash   varchar(64) collate "C"   not null unique,
    stage         varchar(10) collate "C"   not null, -- password: the one-time password is still to come; full
    address       varchar(45) collate "C"   null,
    agent         varchar(200) collate "C"  null,
    created_at    bigint                    not null,
    last_seen_at  bigint                    not null,
    ended_at      bigint                    null
);

create index ix_staff_session_staff on staff_session (staff_id, ended_at);

create table draft (
    id              varchar(32) collate "C"   not null primary key,
    institution_id  varchar(32) collate "C"   not null references institution (id),
    action          varchar(12) collate "C"   not null,
    contract_id     varchar(32) collate "C"   not null references contract (id),
    user_row_id     varchar(32) collate "C"   null references contract_user (id),
    token_id        varchar(32) collate "C"   null references token (id),
    form_number     varchar(40) collate "C"   not null,
    reason          varchar(20) collate "C"   not null,
    note            varchar(200) collate "C"  null,
    status          varchar(10) collate "C"   not null,
    drafted_by      varchar(32) collate "C"   not null references staff (id),
    drafted_at      bigint                    not null,
    expires_at      bigint                    not null,
    decided_by      varchar(32) collate "C"   null references staff (id),
    decided_at      bigint                    null,
    decision_note   varchar(200) collate "C"  null,
    receipt_number  varchar(12) collate "C"   null
);

create index ix_draft_queue on draft (institution_id, status, drafted_at);
create index ix_draft_contract on draft (contract_id, status);

create table job_run (
    name         varchar(20) collate "C"   not null primary key,
    started_at   bigint                    not null,
    finished_at  bigint                    null,
    done         integer                   null,
    error        varchar(300) collate "C"  null
);

create index ix_outbox_mail_page on outbox_mail (institution_id, id);
create index ix_issuance_email on issuance (mobile_email);
