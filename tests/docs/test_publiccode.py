"""publiccode.yml holds to the standard it names, so that public catalogues can read it."""

import datetime
from typing import Annotated, Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError
from pydantic.alias_generators import to_camel

from tests.docs.markdown import ROOT

TEXT = (ROOT / "publiccode.yml").read_text(encoding="utf-8")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class _Description(_Part):
    short_description: Annotated[str, Field(max_length=150)]
    long_description: Annotated[str, Field(min_length=150, max_length=10_000)]
    features: Annotated[list[str], Field(min_length=5)]


class _Audience(_Part):
    countries: list[Annotated[str, Field(pattern=r"^[a-z]{2}$")]]
    scope: list[Literal["local-authorities", "welfare", "employment", "healthcare", "society", "research"]]


class _Legal(_Part):
    license: Literal["MPL-2.0"]


class _Contact(_Part):
    name: str


class _Maintenance(_Part):
    type: Literal["community"]
    contacts: Annotated[list[_Contact], Field(min_length=1)]


class _Localisation(_Part):
    localisation_ready: Literal[True]
    available_languages: Annotated[list[str], Field(min_length=1)]


class _Dependency(_Part):
    name: str
    version_min: str


class _Dependencies(_Part):
    open: list[_Dependency]


class _PublicCode(_Part):
    """The keys the standard demands, and the optional ones that we use."""

    publiccode_yml_version: Literal["0.4"]
    name: str
    url: HttpUrl
    platforms: list[Literal["web", "windows", "mac", "linux", "ios", "android"]]
    categories: list[Literal["business-process-management", "data-collection", "workflow-management"]]
    development_status: Literal["concept", "development", "beta", "stable", "obsolete"]
    software_type: Literal["standalone/backend"]
    release_date: datetime.date | None = None
    intended_audience: _Audience
    description: dict[Literal["da", "en"], _Description]
    legal: _Legal
    maintenance: _Maintenance
    localisation: _Localisation
    depends_on: _Dependencies


def test_it_has_what_the_standard_demands_in_danish_and_english() -> None:
    read = _PublicCode.model_validate(yaml.safe_load(TEXT))

    assert set(read.description) == {"da", "en"}


@pytest.mark.parametrize("key", ["url", "description", "legal", "maintenance", "localisation", "softwareType"])
def test_a_missing_key_is_found(key: str) -> None:
    document = yaml.safe_load(TEXT)
    del document[key]

    with pytest.raises(ValidationError, match=key):
        _PublicCode.model_validate(document)
