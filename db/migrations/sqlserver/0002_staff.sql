-- Branch staff: who they are, their sessions, and what one drafted for another to approve.

create table staff (
    id                  nvarchar(32) collate Latin1_General_BIN2   not null primary key,
    institution_id      nvarchar(32) collate Latin1_General_BIN2   not null references institution (id),
    login               nvarchar(40) collate Latin1_General_BIN2   not null,
    display_name        nvarchar(100) collate Latin1_General_BIN2  not null,
    branch              nvarchar(3) collate Latin1_General_BIN2    null, -- null: the whole institution
    role                nvarchar(12) collate Latin1_General_BIN2   not null,
    password_hash       nvarchar(200) collate Latin1_General_BIN2  not null,
    password_temporary  integer                                    not null,
    secret              nvarchar(300) collate Latin1_General_BIN2  null, -- sealed; null until the first log-in has enrolled a token
    pending_secret      nvarchar(300) collate Latin1_General_BIN2  null, -- sealed; shown as a QR code, not yet proved
    last_step           bigint                                     not null,
    drift               integer                                    not null,
    failures            integer                                    not null,
    locked_at           bigint                                     null,
    version             bigint                                     not null,
    created_at          bigint                                     not null,
    unique (institution_id, login)
);

create table staff_session (
    id            nvarchar(32) collate Latin1_General_BIN2   not null primary key,
    staff_id      nvarchar(32) collate Latin1_General_BIN2   not null references staff (id),
    cookie_hash   nvarchar(64) collate Latin1_General_BIN2   not null unique,
    stage         nvarchar(10) collate Latin1_General_BIN2   not null, -- password: the one-time password is still to come; full
    address       nvarchar(45) collate Latin1_General_BIN2   null,
    agent         nvarchar(200) collate Latin1_General_BIN2  null,
    created_at    bigint                                     not null,
    last_seen_at  bigint                                     not null,
    ended_at      bigint                                     null
);

create index ix_staff_session_staff on staff_session (staff_id, ended_at);

create table draft (
    id              nvarchar(32) collate Latin1_General_BIN2   not null primary key,
    institution_id  nvarchar(32) collate Latin1_General_BIN2   not null references institution (id),
    action          nvarchar(12) collate Latin1_General_BIN2   not null,
    contract_id     nvarchar(32) collate Latin1_General_BIN2   not null references contract (id),
    user_row_id     nvarchar(32) collate Latin1_General_BIN2   null references contract_user (id),
    token_id        nvarchar(32) collate Latin1_General_BIN2   null references token (id),
    form_number     nvarchar(40) collate Latin1_General_BIN2   not null,
    reason          nvarchar(20) collate Latin1_General_BIN2   not null,
    note            nvarchar(200) collate Latin1_General_BIN2  null,
    status          nvarchar(10) collate Latin1_General_BIN2   not null,
    drafted_by      nvarchar(32) collate Latin1_General_BIN2   not null references staff (id),
    drafted_at      bigint                                     not null,
    expires_at      bigint                                     not null,
    decided_by      nvarchar(32) collate Latin1_General_BIN2   null references staff (id),
    decided_at      bigint                                     null,
    decision_note   nvarchar(200) collate Latin1_General_BIN2  null,
    receipt_number  nvarchar(12) collate Latin1_General_BIN2   null
);

create index ix_draft_queue on draft (institution_id, status, drafted_at);
create index ix_draft_contract on draft (contract_id, status);

create table job_run (
    name         nvarchar(20) collate Latin1_General_BIN2   not null primary key,
    started_at   bigint                                     not null,
    finished_at  bigint                                     null,
    done         integer                                    null,
    error        nvarchar(300) collate Latin1_General_BIN2  null
);

create index ix_outbox_mail_page on outbox_mail (institution_id, id);
create index ix_issuance_email on issuance (mobile_email);
