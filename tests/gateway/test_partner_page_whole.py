"""The page at `/p`: whole in one answer, nothing else may run on it, and it has words for all that it can meet."""

import json
import re

import pytest

from chassis.sectors import SECTORS
from gateway.web.pages import page
from services.referrals.domain.clocks import ClockState
from services.referrals.domain.codes import AttemptChannel, AttemptResult, ContactChannel, DeclineCode, Presence
from services.referrals.domain.handover import NotShared, Section
from services.referrals.domain.lifecycle import LIVE
from services.referrals.domain.partner_links import LINK_ACTIONS
from tests.gateway.conftest import Town
from tests.gateway.test_reference_page import sha256
from tests.support.browser import Browser

HTML = page("partner").html.decode()


async def test_it_is_served_with_its_own_policy_and_leaves_no_trace_behind(town: Town) -> None:
    answer = await town.http.get("/p")

    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    assert (policy["style-src"], policy["script-src"]) == (sha256(style), sha256(script))
    assert (policy["default-src"], policy["connect-src"], policy["form-action"]) == ("'none'", "'self'", "'none'")
    assert (answer.headers["referrer-policy"], answer.headers["cache-control"]) == ("no-referrer", "no-store")
    assert answer.headers["x-frame-options"] == "DENY"


def test_it_loads_nothing_runs_nothing_inline_and_stores_nothing() -> None:
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", HTML) == []
    assert re.findall(r"<[^>]+ on[a-z]+=|<[^>]+ style=|@import|url\(", HTML) == []
    assert re.findall(r"innerHTML|localStorage|sessionStorage|document\.cookie|console\.", HTML) == []


def test_every_sentence_stands_in_both_languages() -> None:
    danish, english = re.findall(r'data-da="([^"]+)"', HTML), re.findall(r'data-en="([^"]+)"', HTML)
    words = re.search(r"da: \{(.*?)\},\s*en: \{(.*?)\},\s*\};", HTML, re.DOTALL)

    assert words is not None
    assert len(danish) == len(english) > 50
    assert re.findall(r"(\w+): \"", words[1]) == re.findall(r"(\w+): \"", words[2])
    # What stands there before the script has run is the Danish.
    assert re.findall(r'data-da="([^"]+)" data-en="[^"]+">([^<]+)<', HTML) == [(text, text) for text in danish]


@pytest.mark.parametrize(
    ("action", "name", "codes"),
    [
        ("rejection", "reasonCode", DeclineCode),
        ("contact-attempts", "channel", AttemptChannel),
        ("contact-attempts", "result", AttemptResult),
        ("first-contact", "channel", ContactChannel),
    ],
)
def test_a_list_offers_every_code_there_is(action: str, name: str, codes: type[DeclineCode]) -> None:
    (form,) = re.findall(rf'<details data-action="{action}">(.*?)</details>', HTML, re.DOTALL)
    (choices,) = re.findall(rf'<select name="{name}" required>(.*?)</select>', form, re.DOTALL)

    assert re.findall(r'value="([^"]*)"', choices) == ["", *codes]


def test_there_is_a_form_for_every_answer_and_a_word_for_every_code_shown() -> None:
    codes = re.search(r"const CODES = (\{.*?\});", HTML, re.DOTALL)

    assert codes is not None
    assert set(re.findall(r'data-action="([^"]+)"', HTML)) == LINK_ACTIONS
    assert re.findall(r'name="present" value="([^"]+)"', HTML) == list(Presence)
    # A link to an anonymous referral is never made, and one to a referral that is over opens nothing.
    why = set(NotShared) - {NotShared.ANONYMOUS, NotShared.OVER}
    assert set(json.loads(codes[1])) == {*SECTORS, *LIVE, *ClockState, *Section, *why}


async def test_the_pages_share_their_beginning_and_the_reference_still_reads_its_document(
    town: Town, browser: Browser
) -> None:
    async with browser.page(language="en", width=1200) as tab:
        await tab.goto(f"{town.gateway.url}/")
        await tab.until("document.querySelectorAll('.operation').length > 0")
        english = await tab.text()
        await tab.js("document.querySelector('[data-language=da]').click()")
        danish = await tab.text()
        complaints = tab.complaints

    assert "Nobody is let go" in english
    assert "operations" in english
    assert "Ingen slippes" in danish
    assert "operationer" in danish
    assert complaints == []
