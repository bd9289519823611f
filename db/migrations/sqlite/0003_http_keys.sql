-- The keys of cookies and forms, the same for every node.

create table http_key (
    id          varchar(64)  not null primary key,
    element     text         not null, -- sealed
    created_at  bigint       not null
);
