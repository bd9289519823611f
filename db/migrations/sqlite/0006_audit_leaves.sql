-- A verification's entry goes into every index. In one that is ordered by subject each entry has a page of its own, which SQLite writes whole, to the log and
-- from there to the file. Here the entries of a chain lie together, 256 by 256, and those of one commit share pages; a search looks into one leaf after the
-- other (skip-scan), some 4,000 for a million entries. SQLite does that only where statistics promise that it pays, hence these, which are nobody's in particular.

drop index ix_audit_entry_service;
drop index ix_audit_entry_serial;
create index ix_audit_entry_service on audit_entry (position / 256, service_id);
create index ix_audit_entry_serial on audit_entry (position / 256, serial) where serial is not null;

analyze event_head; -- makes the table of statistics
delete from sqlite_stat1 where tbl in ('event_head', 'audit_entry');
insert into sqlite_stat1 (tbl, idx, stat) values ('audit_entry', 'ix_audit_entry_time', '1000000 1000000 1 1');
insert into sqlite_stat1 (tbl, idx, stat) values ('audit_entry', 'ix_audit_entry_service', '1000000 256 1');
insert into sqlite_stat1 (tbl, idx, stat) values ('audit_entry', 'ix_audit_entry_serial', '1000000 256 1');
