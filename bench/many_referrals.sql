-- Referrals numbered from %(first)s to %(last)s of one authority. What they are like hangs on hashes of the number: the
-- same on every machine, and what a unit or a state has in common lies nowhere side by side.

create temporary table if not exists made (
    n bigint, id uuid, case_id uuid, need_id uuid, consent_id uuid, requested_at timestamptz, state text,
    from_sector text, to_sector text, to_unit text, responsible_unit text, due_on date, live boolean
);

truncate made;

insert into made
select
    n,
    (series || '8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    (series || '9000-' || lpad(to_hex(n / 2), 12, '0'))::uuid,
    (series || 'a000-' || lpad(to_hex(n), 12, '0'))::uuid,
    case when by_basis < 50 then (series || 'b000-' || lpad(to_hex(n), 12, '0'))::uuid end,
    asked,
    state,
    from_sector,
    to_sector,
    -- A unit is written with its sector or without: half of each.
    case when by_name < 50 then unit else split_part(unit, ':', 2) end,
    case
        when state in ('requested', 'rejected') then null
        when by_hand < 10 then to_sector || ':unit-0'
        else unit
    end,
    -- Of those that wait, most were promised a day. Who has been met, and who wants a pause, waits for none.
    case when state in ('requested', 'accepted') and by_hand < 80 then (asked at time zone 'UTC')::date + 14 end,
    live
from (
    select
        n,
        '01900000-00' || %(place)s || '-7000-' as series,
        now() - (%(made)s - n) * %(years)s * interval '1 year' / %(made)s as asked,
        abs(hashint8extended(n, 1)) %% 100 as by_sender,
        abs(hashint8extended(n, 2)) %% 1000 as by_unit,
        abs(hashint8extended(n, 3)) %% 10 as by_state,
        abs(hashint8extended(n, 4)) %% 100 as by_life,
        abs(hashint8extended(n, 5)) %% 100 as by_basis,
        abs(hashint8extended(n, 6)) %% 100 as by_name,
        abs(hashint8extended(n, 7)) %% 100 as by_hand
    from generate_series(%(first)s::bigint, %(last)s::bigint) n
) scattered
cross join lateral (
    select
        case when by_sender < 60 then 'employment' when by_sender < 85 then 'social' else 'health' end as from_sector,
        -- Most of the last half year are live, and one in a hundred of all before it.
        by_life < case when n > 0.9 * %(made)s then 60 else 1 end as live
) whose
cross join lateral (
    select
        case
            when not live then (array['completed', 'completed', 'completed', 'completed', 'completed', 'completed',
                'rejected', 'rejected', 'failed', 'cancelled'])[by_state + 1]
            when n > 0.9 * %(made)s then (array['requested', 'requested', 'accepted', 'accepted', 'accepted',
                'in-progress', 'in-progress', 'in-progress', 'in-progress', 'on-hold'])[by_state + 1]
            else 'in-progress'
        end as state,
        case
            when from_sector = 'health' then case when by_unit %% 2 = 0 then 'social' else 'employment' end
            when by_unit < 700 then 'health'
            else case when from_sector = 'social' then 'employment' else 'social' end
        end as to_sector
) what
cross join lateral (
    -- Of what health is asked, two in seven go to one big unit, one in seventy to the measured one, one in 25,000 to
    -- a small one, and the others to 79 more.
    select case
        when to_sector = 'health' and n %% 25000 = 1 then %(small)s
        when to_sector = 'health' and by_unit < 200 then %(big)s
        when to_sector = 'health' and by_unit < 210 then %(unit)s
        else to_sector || ':unit-' || by_unit %% 79
    end as unit
) place;

insert into referrals (
    authority, id, case_id, need_id, state, from_sector, from_unit, requested_by, to_sector, to_unit, responsible_unit,
    reason_sealed, consent_id, legal_basis, return_scope, approached_on, requested_at, guarantee, due_on, attempt_count,
    last_attempt_at, first_contact_at, first_contact_channel, receipt_id, receipt_at, receipt_takes_holding, ended_at,
    ending_code, claimed_by, claimed_at, on_hold_since, version
)
select
    %(authority)s, id, case_id, need_id, state, from_sector, from_sector || ':unit-0', 'bench-' || n %% 500, to_sector,
    to_unit, responsible_unit, decode(repeat(lpad(to_hex(n), 12, '0'), 20), 'hex'), consent_id,
    case when consent_id is null then 'fvl-28-2' end,
    (array['caught-only', 'caught-only', 'caught-only', 'caught-only', 'caught-only', 'caught-only', 'caught-only',
        'dates', 'dates-and-outcome', 'none'])[n %% 10 + 1],
    (requested_at at time zone 'UTC')::date, requested_at, 'drug-treatment', due_on, n %% 3, null,
    case when state in ('in-progress', 'completed') then requested_at + interval '5 days' end,
    case when state in ('in-progress', 'completed') then 'face-to-face' end,
    case when state = 'completed' then id end,
    case when state = 'completed' then requested_at + interval '5 days' end,
    case when state = 'completed' then true end,
    case when not live then requested_at + interval '40 days' end,
    case when not live then 'no-capacity' end,
    case when live and n %% 4 = 0 then 'bench-coordinator-' || n %% 200 end,
    case when live and n %% 4 = 0 then requested_at end,
    case when state = 'on-hold' then requested_at + interval '2 days' end,
    3
from made;

insert into referral_clocks (
    authority, referral_id, guarantee, starts, counting, lead_days, started_on, due_on, state, paused_on, settled_on,
    approaching_told_at, missed_told_at, look_at
)
select
    %(authority)s, id, 'drug-treatment', 'approach', 'calendar', 4, day, day + 14, stands,
    case when stands = 'paused' then day + 2 end,
    case when stands in ('met', 'stopped') then day + 5 end,
    case when stands in ('running', 'missed') then requested_at + interval '10 days' end,
    case when stands = 'missed' then requested_at + interval '15 days' end,
    -- What falls due during the run would be told by the worker, and nothing does.
    case when stands = 'running' then now() + interval '300 days' end
from (
    select
        made.*,
        (requested_at at time zone 'UTC')::date as day,
        case
            when due_on is not null then case when due_on < current_date then 'missed' else 'running' end
            when state = 'on-hold' then 'paused'
            when state in ('in-progress', 'completed') then 'met'
            else 'stopped'
        end as stands
    from made
    where due_on is not null or state not in ('requested', 'accepted')
) clocks;

insert into known_cases (authority, case_id, case_number, status, holding_sector)
select distinct on (case_id)
    %(authority)s, case_id, to_char(requested_at, 'YYYY') || '-' || lpad((n / 2)::text, 6, '0'),
    case when live then 'open' else 'closed' end, from_sector
from made
order by case_id, n
on conflict do nothing;

insert into known_involvements (authority, case_id, sector)
select %(authority)s, case_id, to_sector from made where live on conflict do nothing;

insert into known_consents (
    authority, consent_id, case_id, from_sector, to_sector, data_categories, shared_for, legal_basis, valid_until,
    withdrawn_at
)
select
    %(authority)s, consent_id, case_id, from_sector, to_sector, '{need,contact}', 'treatment', 'fvl-28', null,
    case when n %% 40 = 0 then requested_at + interval '20 days' end
from made
where consent_id is not null;

insert into questions (authority, id, referral_id, text_sealed, at, by_subject)
select %(authority)s, id, id, '\x00', requested_at, 'bench' from made where live and n %% 10 = 3;

insert into redirections (authority, predecessor_id, successor_id, to_sector, reason_code, at)
select
    %(authority)s, id, ('01900000-00' || %(place)s || '-7000-8000-' || lpad(to_hex(n + 1), 12, '0'))::uuid, to_sector,
    'no-capacity', requested_at
from made
where state = 'rejected' and n %% 4 = 0
