-- The keys of cookies and forms, the same for every node.

create table http_key (
    id          nvarchar(64) collate Latin1_General_BIN2   not null primary key,
    element     nvarchar(max) collate Latin1_General_BIN2  not null, -- sealed
    created_at  bigint                                     not null
);
