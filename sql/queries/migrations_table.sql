create table if not exists migrations (
    migration varchar primary key,
    checksum varchar not null
);
comment on table migrations is 'One row per migration applied to this database.';
comment on column migrations.migration is 'Name of its file; they are applied in this order.';
comment on column migrations.checksum is 'SHA-256 of its text when it was applied.';
