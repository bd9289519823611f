-- Who may come in: wrong passwords at the log-in, counted apart from those of whoever has proved the first one, and people taken out of service.

alter table staff add knock_failures integer null;       -- wrong passwords since the last pause or the last log-in
alter table staff add knocks_paused_until bigint null;   -- until then no password is judged
alter table staff add disabled_at bigint null;           -- locked_at says so too, to programs that do not know this column
