-- A token that goes for ever must be named by no draft: that is proven of each one by itself.

create index ix_draft_token on draft (token_id);
