-- Mails that were refused or tried again are few among all that there are, and staff ask for them on every page. Written when a mail becomes one.

create index ix_outbox_mail_failed on outbox_mail (institution_id, id) where status = 'failed';
create index ix_outbox_mail_retried on outbox_mail (institution_id, id) where attempts > 1;

-- The chains of the audit trail, which are few among their entries: each has one that it begins with.

create index ix_audit_entry_first on audit_entry (position, chain) where position = 1;

-- No statement asks for these; the second was a copy of all addresses.

drop index ix_issuance_code_expiry;
drop index ix_issuance_email;
