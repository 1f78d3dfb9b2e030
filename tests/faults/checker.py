"""Proves from a town's memory that nothing was lost and nothing happened twice. Sets, counts and sequences; no code of
the services, and none of the database's own constraints, is trusted with the answer.

Here: what callers were told, and events. Who is responsible for whom is in `people.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from tests.faults import people
from tests.faults.collected import Collected, Row
from tests.faults.traces import KINDS, SIDE_EFFECTS, Kind, events_of, moment, rows_of
from tests.faults.verdict import CHECKS, Eye, Verdict, check

LISTENS = {"cases": ("referrals", "surveys"), "referrals": ("cases",), "surveys": ("cases",)}
"""Who takes whose whole stream."""

__all__ = ["examine", "people"]


def examine(data: Collected) -> Verdict:
    """Run every check."""
    verdict = Verdict()
    for name, one in CHECKS.items():
        eye = Eye()
        found = list(one(data, eye))
        if found:
            verdict.violations[name] = found
        verdict.looked_at[name] = eye.seen
    return verdict


# -- what callers were told ----------------------------------------------------------------------------------------


@check
def acknowledged_writes_are_there(data: Collected, eye: Eye) -> Iterator[str]:
    """Every write that was answered with success has its row, under the id that was told."""
    kept = {name: rows_of(data, kind) for name, kind in KINDS.items()}
    ids = {name: {own for _, own in rows} for name, rows in kept.items()}
    subjects = {name: {subject for subject, _ in rows} for name, rows in kept.items()}
    for call in eye.over(call for call in data.history if call.writes and call.type == "ok"):
        name, subject = call.effect()
        if subject not in subjects[name] or (call.created and call.created not in ids[name]):
            yield f"{call.path} was answered {call.status}, and is not there"
    told = {need for call in data.history if call.type == "ok" and call.path == "/v1/cases" for need in call.ids}
    for need in eye.over(told - subjects["needs"]):
        yield f"need {need} was acknowledged with its case, and is not there"


@check
def one_effect_per_key(data: Collected, eye: Eye) -> Iterator[str]:
    """As many effects as acknowledged keys, and at most as many more as calls whose end nobody knows."""
    done, unknown = _keys(data, "ok"), _keys(data, "info")
    for name in {name for name, _ in done | unknown}:
        if name == "activation":  # turning on what is on is refused, and each authority has its own
            continue
        effects = Counter(subject for subject, _ in rows_of(data, KINDS[name]))
        events = events_of(data, KINDS[name]) if KINDS[name].events else effects
        for subject in eye.over(effects.keys() | {subject for what, subject in done if what == name}):
            least = len(done[name, subject])
            most = least + len(unknown[name, subject])
            for what, count in (("rows", effects[subject]), ("events", events[subject])):
                if not least <= count <= most:
                    yield f"{name} {subject}: {count} {what} for {least} to {most} keys"


def _keys(data: Collected, kind: str) -> defaultdict[tuple[str, str], set[str | None]]:
    found: defaultdict[tuple[str, str], set[str | None]] = defaultdict(set)
    for call in data.history:
        if call.writes and call.type == kind:
            found[call.effect()].add(call.key)
    return found


@check
def keys_are_kept_with_their_effects(data: Collected, eye: Eye) -> Iterator[str]:
    """As many kept answers as acknowledged keys of a service that only callers call."""
    for service in eye.over(("cases", "referrals")):
        calls = [call for call in data.history if call.writes and KINDS[call.effect()[0]].service == service]
        least = len({call.key for call in calls if call.type == "ok"})
        most = len({call.key for call in calls if call.type in ("ok", "info")})
        kept = len(data.rows[service]["idempotency_keys"])
        if not least <= kept <= most:
            yield f"{service}: {kept} kept answers for {least} to {most} keys"


@check
def nobody_saw_a_defect(data: Collected, eye: Eye) -> Iterator[str]:
    """Under faults a caller gets an answer, 503 or no answer; nothing that calls itself a defect, nothing cut off."""
    for call in eye.over(data.history):
        odd = [status for status in call.attempts if status is not None and status >= 500 and status != 503]
        if odd:
            yield f"{call.method} {call.path}: {odd}"


@check
def every_look_is_logged(data: Collected, eye: Eye) -> Iterator[str]:
    """A read of personal data that was answered has its row in the look-up log."""
    logged = {row["trace_id"] for tables in data.rows.values() for row in tables["lookups"]}
    personal = ("/v1/cases", "/v1/worklist", "/v1/referrals")
    reads = (call for call in data.history if call.method == "GET" and call.path.startswith(personal))
    for call in eye.over(call for call in reads if call.type == "ok"):
        if (call.trace or "--").split("-")[1] not in logged:
            yield f"GET {call.path} was answered, and nobody wrote down who looked"


# -- events ----------------------------------------------------------------------------------------------------------


@check
def what_changed_was_announced(data: Collected, eye: Eye) -> Iterator[str]:
    """Each committed change has exactly one event in the outbox, and no event is without its change."""
    for name, kind in KINDS.items():
        if kind.events:
            changes = Counter(subject for subject, _ in _announced_rows(data, name, kind))
            events = events_of(data, kind)
            for subject in eye.over(changes.keys() | events.keys()):
                if changes[subject] != events[subject]:
                    yield f"{name} {subject}: {changes[subject]} changes, {events[subject]} events"
    known = SIDE_EFFECTS.union(*(kind.events for kind in KINDS.values()))
    for service in data.rows:
        for row in data.rows[service]["outbox"]:
            if moment(row) not in known:
                yield f"{row['type']}: nobody has said what it follows from"


def _announced_rows(data: Collected, name: str, kind: Kind) -> list[tuple[str, str | None]]:
    if name != "consents":
        return rows_of(data, kind)
    return [(str(row["case_id"]), None) for row in data.rows["cases"]["consents"] if row["decision"] == "given"]


@check
def every_event_was_published(data: Collected, eye: Eye) -> Iterator[str]:
    """Each outbox row is marked published and in the stream at least once; the stream has nothing else."""
    for service, tables in data.rows.items():
        outbox = {row["id"]: row for row in tables["outbox"]}
        stream = {message.id: message for message in data.streams[service]}
        for event, row in eye.over(outbox.items()):
            message = stream.get(event)
            if row["published_at"] is None:
                yield f"{service}: {event} is not published"
            if message is None:
                yield f"{service}: {event} is not in the stream"
            elif (message.case_id, message.sequence) != (row["case_id"], row["sequence"]):
                yield f"{service}: {event} is another event in the stream"
        for event in stream.keys() - outbox.keys():
            yield f"{service}: {event} was published and is not in the outbox"


@check
def streams_keep_the_order(data: Collected, eye: Eye) -> Iterator[str]:
    """Within a case, events first reach the stream in the order of their numbers."""
    for service, messages in data.streams.items():
        last: Counter[Any] = Counter()
        first = {message.id: message for message in reversed(messages)}
        for message in eye.over(reversed(list(first.values()))):
            if message.sequence != last[message.case_id] + 1:
                yield f"{service} {message.case_id}: {message.sequence} follows {last[message.case_id]}"
            last[message.case_id] = message.sequence


@check
def every_event_was_applied_once(data: Collected, eye: Eye) -> Iterator[str]:
    """Each consumer's inbox holds each event of each service it listens to exactly once, and no other."""
    for consumer, sources in LISTENS.items():
        for source in sources:
            wanted = Counter(row["id"] for row in data.rows[source]["outbox"])
            inbox = data.rows[consumer]["inbox"]
            applied = Counter(row["event_id"] for row in inbox if row["source"] == source)
            for event in eye.over(wanted.keys() | applied.keys()):
                if wanted[event] != 1 or applied[event] != 1:
                    yield f"{consumer} applied {event} of {source} {applied[event]} times of {wanted[event]}"


@check
def numbers_have_no_gap(data: Collected, eye: Eye) -> Iterator[str]:
    """1, 2, 3 … per service and case: in the outbox by position, in each inbox by time of application."""
    for service, tables in data.rows.items():
        sent = _by_case(sorted(tables["outbox"], key=lambda row: row["position"]))
        yield from _gaps(f"{service}'s outbox", sent, {row["case_id"]: row["last"] for row in tables["case_streams"]})
        eye.seen += len(sent)
        for source in LISTENS[service]:
            rows = [row for row in tables["inbox"] if row["source"] == source]
            heard = _by_case(sorted(rows, key=lambda row: row["applied_at"]))
            gates = {row["case_id"]: row["last"] for row in tables["inbox_streams"] if row["source"] == source}
            yield from _gaps(f"{service}'s inbox from {source}", heard, gates)
            eye.seen += len(heard)


def _by_case(rows: Iterable[Row]) -> dict[Any, list[int]]:
    numbers: defaultdict[Any, list[int]] = defaultdict(list)
    for row in rows:
        numbers[row["case_id"]].append(row["sequence"])
    return numbers


def _gaps(where: str, numbers: dict[Any, list[int]], counters: dict[Any, int]) -> Iterator[str]:
    for case in numbers.keys() | counters.keys():
        found = numbers.get(case, [])
        if found != list(range(1, len(found) + 1)):
            yield f"{where}, case {case}: {found}"
        if counters.get(case) != len(found):
            yield f"{where}, case {case}: the counter says {counters.get(case)}, there are {len(found)}"


@check
def nothing_lies_aside(data: Collected, eye: Eye) -> Iterator[str]:
    """No dead letters, no parked rows."""
    for service, tables in eye.over(data.rows.items()):
        for row in tables["dead_letters"]:
            yield f"{service}: dead letter {row['type']} {row['sequence']} of {row['case_id']}: {row['reason']}"
        for row in tables["outbox"]:
            if row["parked_at"] is not None:
                yield f"{service}: parked {row['type']} {row['error_class']}"
