"""What PostgreSQL's own catalogue must say of a service's database. Each query answers with what should not be there.

`%(app)s`, `%(messenger)s` and `%(owner)s` are the service's roles.
"""

_OURS = "c.relnamespace = 'public'::regnamespace and c.relname <> 'alembic_version'"
_TENANT = "(authority = ( SELECT NULLIF(current_setting(''app.authority''::text, true), ''''::text) AS \"nullif\"))"

TABLES = f"select c.relname from pg_class c where {_OURS} and c.relkind in ('r', 'p')"

RULES: dict[str, str] = {
    "row-level security is enabled and forced on every table": f"""
        select c.relname from pg_class c
        where {_OURS} and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
    """,
    "every table says whose its rows are": f"""
        select c.relname from pg_class c
        where {_OURS} and c.relkind in ('r', 'p') and not exists (
            select from pg_attribute a
            where a.attrelid = c.oid and a.attname = 'authority' and a.attnotnull and a.atttypid = 'text'::regtype
        )
    """,
    "the application sees and writes its own authority's rows and no others": f"""
        select c.relname, p.polname from pg_class c left join pg_policy p
            on p.polrelid = c.oid and (%(app)s::regrole = any(p.polroles) or 0 = any(p.polroles))
        where {_OURS} and c.relkind in ('r', 'p') and (
            p.oid is null
            or pg_get_expr(p.polqual, c.oid) is distinct from '{_TENANT}'
            or pg_get_expr(p.polwithcheck, c.oid) is distinct from '{_TENANT}'
        )
    """,
    "a policy that lets somebody write says what may be written": """
        select polrelid::regclass, polname from pg_policy where polcmd in ('*', 'a', 'w') and polwithcheck is null
    """,
    "roles can do nothing but their work": """
        select rolname from pg_roles
        where rolname like 'helhed%%' and (
            rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication
            or rolname = %(owner)s and rolcanlogin
        )
    """,
    "nobody else steps over row-level security": """
        select rolname from pg_roles where (rolsuper or rolbypassrls) and rolname <> current_user
    """,
    "the application and the messenger are members of nothing": """
        select roleid::regrole from pg_auth_members where member in (%(app)s::regrole, %(messenger)s::regrole)
    """,
    "the application and the messenger own nothing": """
        select classid::regclass, objid from pg_shdepend
        where deptype = 'o' and refobjid in (%(app)s::regrole, %(messenger)s::regrole)
            and dbid in (0, (select oid from pg_database where datname = current_database()))
    """,
    "nobody but the owner can create": """
        select r.rolname, n.nspname from pg_roles r, pg_namespace n
        where r.rolname in (%(app)s, %(messenger)s) and (
            has_schema_privilege(r.rolname, n.oid, 'create')
            or has_database_privilege(r.rolname, current_database(), 'create')
            or has_database_privilege(r.rolname, current_database(), 'temporary')
        )
    """,
    "nobody but the owner can truncate, refer or trigger, and the public can do nothing": f"""
        select c.relname, a.grantee::regrole, a.privilege_type from pg_class c, aclexplode(c.relacl) a
        where {_OURS} and a.grantee <> %(owner)s::regrole and (
            a.grantee = 0 or a.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'USAGE')
        )
    """,
    "a view looks with the eyes of who asks": """
        select c.relname from pg_class c
        where c.relnamespace = 'public'::regnamespace and (
            c.relkind = 'm'
            or c.relkind = 'v' and not coalesce('security_invoker=true' = any(c.reloptions), false)
        )
    """,
    "no function acts as its owner": """
        select p.oid::regprocedure from pg_proc p where p.prosecdef and p.pronamespace = 'public'::regnamespace
    """,
    # Else "taken" would tell one authority what another has. A random id tells nobody anything, nor does an identity;
    # the scope of an Idempotency-Key is a digest that the authority is part of.
    "what is unique is unique within an authority": f"""
        select i.indexrelid::regclass from pg_index i join pg_class c on c.oid = i.indrelid
        where {_OURS} and i.indisunique and i.indexrelid::regclass::text <> 'pk_idempotency_keys' and not exists (
            select from pg_attribute a where a.attrelid = c.oid and a.attnum = any(i.indkey)
                and (a.attname = 'authority' or a.atttypid = 'uuid'::regtype or a.attidentity <> '')
        )
    """,
    # An enum cannot be searched by index under row-level security, and a varchar(n) or a local time is a trap.
    "columns are of the types this house uses": f"""
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) from pg_class c join pg_attribute a
            on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where {_OURS} and c.relkind in ('r', 'p') and (
            a.atttypid::regtype::text not in (
                'uuid', 'text', 'text[]', 'uuid[]', 'boolean', 'bytea', 'bytea[]', 'jsonb', 'tsvector', 'date',
                'timestamp with time zone',
                'smallint', 'integer', 'bigint', 'numeric'
            )
            or a.attidentity <> '' and a.atttypid <> 'bigint'::regtype
            or pg_get_serial_sequence(c.oid::regclass::text, a.attname) is not null and a.attidentity = ''
        )
    """,
}

# One statement that breaks each rule, or several that break it in different ways.
CANARIES: dict[str, tuple[str, ...]] = {
    "row-level security is enabled and forced on every table": (
        "create table canary (authority text not null)",
        "alter table outbox no force row level security",
        "alter table outbox disable row level security",
    ),
    "every table says whose its rows are": (
        "create table canary (id uuid primary key)",
        "create table canary (authority text)",
        "create table canary (authority bytea not null)",
    ),
    "the application sees and writes its own authority's rows and no others": (
        "create table canary (authority text not null)",
        "create policy wide on outbox for select to {app} using (true)",
        "create policy wide on outbox for all using (true) with check (true)",
        "drop policy tenant on outbox",
    ),
    "a policy that lets somebody write says what may be written": (
        "create policy half on outbox for all to {messenger} using (false)",
        "create policy half on outbox for update to {messenger} using (false)",
    ),
    "roles can do nothing but their work": (
        "create role helhed_canary superuser",
        "create role helhed_canary bypassrls",
        "create role helhed_canary createrole",
        "create role helhed_canary createdb",
        "alter role {owner} login",
    ),
    "nobody else steps over row-level security": ("create role canary bypassrls", "create role canary superuser"),
    "the application and the messenger are members of nothing": (
        "grant {owner} to {app}",
        "grant pg_read_all_data to {messenger}",
    ),
    "the application and the messenger own nothing": (
        "alter table outbox owner to {app}",
        "create schema canary authorization {messenger}",
    ),
    "nobody but the owner can create": (
        "grant create on schema public to {app}",
        "grant create on schema public to public",
        "create schema canary; grant create on schema canary to {messenger}",
    ),
    "nobody but the owner can truncate, refer or trigger, and the public can do nothing": (
        "grant truncate on outbox to {app}",
        "grant select on outbox to public",
    ),
    "a view looks with the eyes of who asks": (
        "create view canary as select * from outbox",
        "create view canary with (security_invoker = false) as select * from outbox",
        "create materialized view canary as select * from outbox",
    ),
    "no function acts as its owner": (
        "create function canary() returns integer language sql security definer as 'select 1'",
    ),
    "what is unique is unique within an authority": (
        "create unique index canary on outbox (type)",
        "create table canary (authority text not null, cpr bytea not null unique)",
    ),
    "columns are of the types this house uses": (
        "create type colour as enum ('red'); create table canary (colour colour)",
        "create table canary (name varchar(200))",
        "create table canary (at timestamp)",
        "create table canary (id integer generated always as identity)",
        "create table canary (id bigserial)",
        "create table canary (what json)",
    ),
}
