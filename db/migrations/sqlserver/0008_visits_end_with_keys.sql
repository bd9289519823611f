-- The API key that asked for a link: revoked, it takes the link and its visit with it. Links of an earlier version know none.

alter table portal_session add key_id nvarchar(32) collate Latin1_General_BIN2 null references api_key (id);
