-- A lapse is announced once: this is the date of expiry of which that was done. First of all: what asks for the whole table to itself
-- gets it before anybody waits for an index to be built.

alter table token add lapsed_at bigint null;

-- The links that a newer mail took out of service, so that whoever opens one is told so.

create table replaced_link (
    code_hash    varchar(64)  not null primary key,
    issuance_id  varchar(32)  not null references issuance (id),
    replaced_at  bigint       not null
);

-- Tokens of one state, in the order of pages; those half renewed apart, for they count as in use when their row says expired.

create index ix_token_state on token (institution_id, status, id);
create index ix_token_renewed on token (institution_id, status, id) where next_secret is not null;
