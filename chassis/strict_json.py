"""JSON where nothing may be read in two ways: no duplicate keys, no NaN, no bottomless nesting.

What is signed must mean the same to signer and reader: `{"roles": [], "roles": ["administrator"]}` does not.
"""

import json
from typing import Any, NoReturn


def parse_object(text: str | bytes) -> dict[str, Any]:
    """Parse one JSON object.

    Raises:
        ValueError: not UTF-8, not JSON, not an object, or ambiguous. The message quotes nothing of the text.
    """
    try:
        parsed = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
    except json.JSONDecodeError as fault:
        raise ValueError(f"not JSON (line {fault.lineno}, column {fault.colno})") from None
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(parsed, dict):
        raise ValueError("not a JSON object")
    return parsed


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is given twice")
    return members


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")
