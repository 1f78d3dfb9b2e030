"""What the API may cost a caseworker: calls and fields, counted in the document that integrators read."""

import pytest

from tests.journeys import acts
from tests.journeys.document import Operation, fields_in, operations, required_leaves
from tests.journeys.stage import Stage

MOST_FIELDS = 4


@pytest.fixture
async def by_id(stage: Stage) -> dict[str, Operation]:
    """Every operation by its name."""
    return {operation.id: operation for operation in operations(await stage.anybody.get("/v1/openapi.json"))}


def required_of(operation: Operation) -> list[str]:
    """What must be in the body at the least."""
    return required_leaves(operation.body or {}, operation)


async def test_a_case_with_its_needs_is_opened_with_one_call_and_few_fields(
    stage: Stage, by_id: dict[str, Operation]
) -> None:
    assert by_id["openCase"].path_names == set()
    assert len(required_of(by_id["openCase"])) <= MOST_FIELDS

    # The schema cannot say "an identifier or an alias", so the smallest bodies that are accepted are counted, too.
    known = {"identifiers": acts.citizen()["identifiers"][:1]}
    for citizen in (known, {"anonymous": True, "alias": "Gæst"}):
        smallest = {"citizen": citizen, "needs": [{"domain": "housing"}]}
        assert fields_in(smallest) <= MOST_FIELDS
        await stage.employment.post("/v1/cases", smallest)


async def test_a_referral_is_one_call_with_few_fields(stage: Stage, by_id: dict[str, Operation]) -> None:
    assert by_id["requestReferral"].path_names == set()
    required = required_of(by_id["requestReferral"])
    assert len(required) <= MOST_FIELDS

    # Beside them one thing more, which is no form to fill in: what permits the sharing.
    case = await acts.open_case(stage.employment, "substance-use")
    wish = acts.wish(case)
    await stage.employment.post("/v1/referrals", {name: wish[name] for name in required} | {"legalBasis": "fvl-28-2"})


async def test_each_step_of_the_receiver_is_one_call_with_few_fields(by_id: dict[str, Operation]) -> None:
    for name in ("acceptReferral", "recordContactAttempt", "recordFirstContact", "giveHandoverReceipt"):
        assert by_id[name].path_names == {"referralId"}
        assert len(required_of(by_id[name])) <= MOST_FIELDS


async def test_three_screens_in_one_call_one_call_and_two(stage: Stage, by_id: dict[str, Operation]) -> None:
    """A worklist and an inbox answer with all their lines at once; a citizen's page is the overview and one list."""
    for name in ("getWorklist", "listReferrals", "listCases"):
        assert by_id[name].path_names == set()
        limit = next(parameter for parameter in by_id[name].parameters if parameter["name"] == "limit")
        assert limit["schema"]["default"] >= 40
        assert not any(parameter.get("required") for parameter in by_id[name].parameters)
    page = by_id["readOverview"]
    shown = page.resolve(page.told["responses"]["200"]["content"]["application/json"]["schema"])["properties"]
    about_a_case = {"case", "responsibility", "releaseCheck", "needs", "consents", "referrals", "invitations", "scores"}
    assert about_a_case | {"plan", "offers", "exemptions", "timeline"} <= shown.keys()


def test_a_body_that_asks_for_more_is_counted() -> None:
    """The counter counts: nested objects, lists that must have an item, and references."""
    leaf = {"type": "string"}
    inner = {"type": "object", "required": ["a", "b"], "properties": {"a": leaf, "b": leaf, "c": leaf}}
    schema = {
        "type": "object",
        "required": ["one", "many", "none", "plain"],
        "properties": {
            "one": {"$ref": "#/components/schemas/Inner"},
            "many": {"type": "array", "minItems": 1, "items": inner},
            "none": {"type": "array", "items": inner},
            "plain": leaf,
        },
    }
    operation = Operation("POST", "/x", {}, {"components": {"schemas": {"Inner": inner}}})

    assert required_leaves(schema, operation) == ["one.a", "one.b", "many.a", "many.b", "plain"]
