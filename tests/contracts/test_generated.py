"""Both ways between schema and class: whatever one allows, the other reads."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from contracts.events import event_of
from helhed.contracts import ROOT
from helhed.contracts.releases import Release, releases
from helhed.contracts.schemas import Schema

Values = st.SearchStrategy[Any]

RELEASES = releases(ROOT)
each_release = pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.path.stem)
characters = st.characters(exclude_categories=["Cs"])
anything = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers(), max_size=2)


def instances(schema: Schema) -> Values:
    """Values the schema accepts. Only what our schemas say is known here; anything else stops the test."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    makers = {"object": objects, "array": arrays, "string": strings, "boolean": lambda _: st.booleans()}
    makers |= {"integer": lambda bounds: st.integers(bounds.get("minimum"), bounds.get("maximum"))}
    return makers[schema["type"]](schema)


def objects(schema: Schema) -> Values:
    """All required fields, some optional ones, and some of a later day."""
    fields = {name: instances(field) for name, field in schema["properties"].items()}
    needed = {name: fields.pop(name) for name in schema["required"]}
    known = st.fixed_dictionaries(needed, optional=fields)
    later = st.dictionaries(
        st.text(characters, min_size=1).filter(lambda name: name not in schema["properties"]),
        anything,
        max_size=2,
    )
    return st.builds(lambda extra, own: extra | own, later, known)


def arrays(schema: Schema) -> Values:
    return st.lists(instances(schema["items"]), min_size=schema.get("minItems", 0), max_size=min(schema["maxItems"], 5))


def strings(schema: Schema) -> Values:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"].removesuffix("$") + r"\Z", fullmatch=True)
    if "format" in schema:
        return {"uuid": st.uuids().map(str), "date": st.dates().map(date.isoformat)}[schema["format"]]
    return st.text(characters, min_size=schema["minLength"], max_size=schema["maxLength"])


@each_release
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_whatever_was_promised_is_read_and_said_again_the_same(release: Release, data: st.DataObject) -> None:
    event = event_of(release.event_type)
    assert event is not None
    sent = data.draw(instances(release.schema))
    promise = Draft202012Validator(release.schema, format_checker=FormatChecker())
    promise.validate(sent)

    said = event.model_validate(sent).model_dump(mode="json")

    promise.validate(said)
    assert said == {name: value for name, value in sent.items() if name in said}
    assert release.schema["properties"].keys() & sent.keys() <= said.keys()
