-- The API key that asked for a link: revoked, it takes the link and its visit with it. Links of an earlier version know none.

alter table portal_session add key_id varchar(32) collate "C" null references api_key (id);
