"""The page at `/`: whole in one answer, and nothing else may run on it."""

import base64
import hashlib
import re

from gateway.problem_types import problem_types
from gateway.web.pages import page
from tests.gateway.conftest import Town


def sha256(text: str) -> str:
    """As a policy names a script or a style."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


async def test_the_page_comes_with_a_policy_that_names_exactly_its_own_style_and_script(town: Town) -> None:
    response = await town.http.get("/")

    policy = dict(part.split(" ", 1) for part in response.headers["content-security-policy"].split("; "))
    (style,) = re.findall(r"<style>(.*?)</style>", response.text, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", response.text, re.DOTALL)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert (policy["style-src"], policy["script-src"]) == (sha256(style), sha256(script))
    assert (policy["default-src"], policy["connect-src"]) == ("'none'", "'self'")
    assert (policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'")


def test_the_page_loads_nothing_and_runs_nothing_inline() -> None:
    html = page("reference").html.decode()

    assert len(html) > 10_000
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", html) == []
    assert re.findall(r"<[^>]+ on[a-z]+=|<[^>]+ style=", html) == []
    assert "innerHTML" not in html
    assert re.findall(r"@import|url\(", html) == []


def test_every_sentence_of_the_page_stands_in_both_languages() -> None:
    html = page("reference").html.decode()

    danish, english = re.findall(r'data-da="([^"]+)"', html), re.findall(r'data-en="([^"]+)"', html)
    words = re.search(r"da: \{(.*?)\},\s*en: \{(.*?)\},\s*\};", html, re.DOTALL)
    assert words is not None
    assert len(danish) == len(english) > 5
    assert re.findall(r"(\w+): \"", words[1]) == re.findall(r"(\w+): \"", words[2])


async def test_it_leads_to_the_document_and_the_problems(town: Town) -> None:
    html = (await town.http.get("/")).text

    for address in ("/v1/openapi.json", "/problems"):
        assert f'href="{address}"' in html
        assert (await town.http.get(address)).status_code == 200


def test_the_problem_types_are_ours_and_the_services_also_when_those_are_down() -> None:
    theirs = {"type": "urn:helhed:problem:only-in-this-test", "status": 409, "title": {"da": "Nej.", "en": "No."}}

    types = problem_types({"cases": {"x-problems": [theirs]}})

    names = [entry["type"] for entry in types]
    assert theirs in types
    assert {"urn:helhed:problem:upstream-timeout", "urn:helhed:problem:quota-exceeded"} <= set(names)
    assert names == sorted(set(names))
