"""The gate: may today's schema of an event still go under the name that was released?

Old messages lie in streams and outboxes, and old consumers run beside new publishers. So within a major
version the two schemas must accept the same instances, but for one freedom: a new optional field, which old
consumers let pass and new ones do without. Whatever else changes, even a bound that is only widened, breaks
one of the two and needs a new version beside the old.
"""

from collections.abc import Iterator
from typing import Any

from helhed.contracts.schemas import Schema, rules_of

UNDERSTOOD = frozenset(
    {
        "type", "properties", "required", "additionalProperties", "items", "enum", "const", "pattern", "format",
        "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems",
        "maxItems", "uniqueItems",
    }
)  # fmt: skip
_LOWER = frozenset({"minLength", "minimum", "exclusiveMinimum", "minItems"})
_UPPER = frozenset({"maxLength", "maximum", "exclusiveMaximum", "maxItems"})


def breaks(released: Schema, today: Schema) -> list[str]:
    """Every way in which today's schema breaks the released one; an empty list is a pass."""
    return list(_compared("", rules_of(released), rules_of(today)))


def _compared(path: str, old: Schema, new: Schema) -> Iterator[str]:
    at = path or "the data"
    for keyword in sorted((old.keys() | new.keys()) - UNDERSTOOD):
        yield f"{at}: the gate cannot judge the keyword {keyword}"
    yield from _fields(path, old, new)
    for keyword in sorted(UNDERSTOOD - {"properties", "required"}):
        was, now = old.get(keyword), new.get(keyword)
        if keyword == "items" and was and now:
            yield from _compared(f"{path}[]", was, now)
        elif was != now:
            yield f"{at}: {_change(keyword, was, now)}"


def _fields(path: str, old: Schema, new: Schema) -> Iterator[str]:
    was, now = old.get("properties", {}), new.get("properties", {})
    needed, needs = set(old.get("required", ())), set(new.get("required", ()))
    for name in sorted(was.keys() | now.keys()):
        at = f"{path}.{name}" if path else name
        if name not in now:
            yield f"{at}: removed"
        elif name in needs - needed:
            yield f"{at}: required, and it was not"
        elif name in needed - needs:
            yield f"{at}: no longer required, and old consumers rely on it"
        elif name in was:
            yield from _compared(at, was[name], now[name])


def _change(keyword: str, old: Any, new: Any) -> str:
    """The change in words. Every change is refused; the words tell the author which kind it is."""
    if keyword == "enum" and old and new:
        verbs = [verb for verb, less, more in (("narrowed", new, old), ("widened", old, new)) if set(more) - set(less)]
        return f"enum {' and '.join(verbs)} from {old} to {new}"
    if keyword in _LOWER | _UPPER:
        return f"{keyword} {_direction(keyword, old, new)} from {old} to {new}"
    return f"{keyword} changed from {old!r} to {new!r}"


def _direction(keyword: str, old: Any, new: Any) -> str:
    if old is None or new is None:
        return "narrowed" if old is None else "widened"
    return "narrowed" if (new > old) == (keyword in _LOWER) else "widened"
