-- The keys of cookies and forms, the same for every node.

create table http_key (
    id          varchar(64) collate "C"  not null primary key,
    element     text collate "C"         not null, -- sealed
    created_at  bigint                   not null
);
