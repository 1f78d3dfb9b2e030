"""The page behind a one-referral link, in a real browser, before a real gateway and a real service."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest
from fastapi import FastAPI

from chassis.auth import Verifier
from chassis.settings import Settings
from contracts.events import cases
from gateway.app import make_app
from gateway.settings import GatewaySettings
from tests.gateway.servers import running
from tests.referrals.handovers import WORDS, case_covering
from tests.referrals.neighbour import Neighbour
from tests.referrals.partners import linkable, made, offered, token_of
from tests.referrals.world import REASON, World
from tests.support.browser import Browser, Page


@dataclass
class Door:
    """The gateway as a partner's browser finds it, and the world behind it."""

    world: World
    url: str

    async def link(self, referral_id: str) -> str:
        """A fresh link of a referral, at this gateway."""
        return f"{self.url}/p#t={token_of(await made(self.world, referral_id))}"


@pytest.fixture
async def door(referrals_app: FastAPI) -> AsyncIterator[Door]:
    """Both on real sockets."""
    keys = referrals_app.state.keys_of_the_test
    shared = Settings(
        service="gateway",
        mode="development",
        home=keys.parent,
        keys_dir=keys,
        issuers_file=keys / "issuers.json",
        cors_origins=(),
        drain_seconds=0,
    )
    referrals_app.state.neighbour = Neighbour()
    async with running(referrals_app) as service:
        gateway = make_app(
            {"referrals": referrals_app.openapi()},
            settings=GatewaySettings(shared=shared, upstreams={"referrals": service.url}),
            verifier=Verifier.from_file(keys / "issuers.json", mode="development", keys_dir=keys),
        )
        async with running(gateway) as outside, httpx2.AsyncClient(base_url=outside.url, timeout=10) as http:
            yield Door(World(referrals_app, http, keys, referrals_app.state.neighbour), outside.url)


async def opened(page: Page, link: str) -> None:
    """Follow the link and open the referral, with the keyboard."""
    await page.goto(link)
    await page.focus("#open")
    await page.key("Enter")
    await page.until("!document.getElementById('referral').hidden")


async def unfold(page: Page, action: str) -> None:
    """Come to the form of an answer by keyboard and unfold it."""
    await page.focus(f"[data-action='{action}'] summary")
    await page.key("Enter")
    await page.until(f"document.querySelector(`[data-action='{action}']`).open")


async def test_a_partner_says_yes_with_the_keyboard_alone(door: Door, browser: Browser) -> None:
    seen = await linkable(door.world, toUnit="alkohol")

    async with browser.page() as page:
        await opened(page, await door.link(seen["id"]))
        told = await page.text()
        await unfold(page, "acceptance")
        await page.focus("[data-action='acceptance'] button")
        await page.key("Enter")
        await page.until("document.getElementById('message').innerText.startsWith('Tak.')")
        afterwards = await page.text()
        complaints, requested = page.complaints, page.requested

    assert REASON in told
    assert "Beskæftigelse" in told
    assert "Venter på jeres svar" in told
    assert "Første kontakt efter modtagerens ja: senest" in afterwards
    assert "I har sagt ja" in afterwards
    read = (await door.world.caller("health").get(f"/referrals/{seen['id']}")).json()
    assert (read["state"], read["responsibleUnit"]) == ("accepted", "alkohol")
    assert complaints == []
    assert {url for url in requested if not url.startswith(("about:", "data:", f"{door.url}/"))} == set()
    # What the browser names as asked for is without its fragment, as the server is told it.
    assert {url.removeprefix(door.url) for url in requested if url.startswith(door.url)} == {
        "/p",
        "/v1/partner-sessions",
        "/v1/partner-answers",
    }


async def test_the_secret_leaves_the_address_and_is_kept_nowhere(door: Door, browser: Browser) -> None:
    seen = await linkable(door.world)

    async with browser.page() as page:
        await page.goto(await door.link(seen["id"]))
        address = await page.js("location.href")
        kept = await page.js("[localStorage.length, sessionStorage.length, document.cookie, history.length]")
        before = len(page.requested)
        await page.until("!document.getElementById('start').hidden")
        asked = page.requested[before:]

    assert address == f"{door.url}/p"
    assert kept[:3] == [0, 0, ""]
    assert [url for url in asked if "partner-sessions" in url] == []
    read = (await door.world.caller("employment").get(f"/referrals/{seen['id']}/partner-links")).json()["items"]
    assert [link["lastUsedAt"] for link in read] == [None]


async def test_a_no_in_english_with_a_reason(door: Door, browser: Browser) -> None:
    seen = await linkable(door.world)

    async with browser.page(language="en") as page:
        await opened(page, await door.link(seen["id"]))
        told = await page.text()
        await unfold(page, "rejection")
        await page.js("document.querySelector('[name=reasonCode]').value = 'no-capacity'")
        await page.js("document.querySelector('[name=suggestion]').value = 'Try the region.'")
        await page.focus("[data-action='rejection'] button")
        await page.key("Enter")
        await page.until("document.getElementById('message').innerText.startsWith('Thank you.')")
        hidden = await page.js("document.getElementById('referral').hidden")

    assert "Waits for your answer" in told
    assert hidden
    ending = (await door.world.caller("employment").get(f"/referrals/{seen['id']}")).json()["ending"]
    assert (ending["reasonCode"], ending["suggestion"]) == ("no-capacity", "Try the region.")


@pytest.mark.parametrize("timezone", ["Europe/Copenhagen", "America/Nuuk"])
async def test_attempt_and_contact_are_written_down_in_danish_time(door: Door, browser: Browser, timezone: str) -> None:
    """Wherever the telephone thinks it is: what the page shows is Danish time."""
    seen = await linkable(door.world, "acceptance")

    async with browser.page(width=320, timezone=timezone) as page:
        await opened(page, await door.link(seen["id"]))
        await unfold(page, "contact-attempts")
        form = "document.querySelector(`[data-action='contact-attempts'] form`)"
        await page.js(f"{form}.at.value = '2026-03-04T11:00'; {form}.channel.value = 'phone'")
        await page.js(f"{form}.result.value = 'no-answer'; {form}.requestSubmit()")
        await page.until("document.getElementById('done').innerText.includes('Forsøg på kontakt: 4. marts 2026')")
        await unfold(page, "first-contact")
        form = "document.querySelector(`[data-action='first-contact'] form`)"
        await page.js(f"{form}.at.value = '2026-03-08T13:00'; {form}.channel.value = 'face-to-face'")
        await page.js(f"{form}.attended.checked = true; {form}.present[0].checked = true; {form}.requestSubmit()")
        await page.until("document.getElementById('done').innerText.includes('Første kontakt: 8. marts 2026')")
        wider = await page.js("document.documentElement.scrollWidth - window.innerWidth")
        await unfold(page, "handover-receipt")
        await page.focus("[data-action='handover-receipt'] button")
        await page.key("Enter")
        await page.until("document.getElementById('done').innerText.includes('Kvittering givet')")
        offered = await page.js(
            "[...document.querySelectorAll('[data-action]:not([hidden])')].map((a) => a.dataset.action)"
        )

    read = (await door.world.caller("health").get(f"/referrals/{seen['id']}")).json()
    assert (read["catchState"], read["handoverReceipt"]["takesHolding"]) == ("caught", False)
    assert read["contactAttempts"][0]["at"] == "2026-03-04T10:00:00Z"
    assert (read["firstContact"]["at"], read["firstContact"]["present"]) == (
        "2026-03-08T12:00:00Z",
        ["sending-sector"],
    )
    assert wider <= 0
    assert offered == ["contact-attempts"]


async def test_what_is_wrong_is_told_in_words_and_nothing_is_lost(door: Door, browser: Browser) -> None:
    seen = await linkable(door.world, "acceptance")

    async with browser.page() as page:
        await opened(page, await door.link(seen["id"]))
        await unfold(page, "first-contact")
        form = "document.querySelector(`[data-action='first-contact'] form`)"
        await page.js(f"{form}.at.value = '2199-01-01T12:00'; {form}.channel.value = 'phone'")
        await page.js(f"{form}.attended.checked = true; {form}.requestSubmit()")
        await page.until("document.getElementById('message').innerText.includes('Tidspunktet ligger i fremtiden.')")
        await page.js(f"{form}.at.value = '2026-03-08T12:00'")
        await page.offline()
        await page.js(f"{form}.requestSubmit()")
        await page.until("document.getElementById('message').innerText.includes('ingen forbindelse')")
        await page.offline(False)
        await page.js(f"{form}.requestSubmit()")
        await page.until("document.getElementById('message').innerText.startsWith('Tak.')")

    read = (await door.world.caller("health").get(f"/referrals/{seen['id']}")).json()
    assert read["firstContact"]["channel"] == "phone"


async def test_an_answer_whose_receipt_was_lost_is_not_given_twice(door: Door, browser: Browser) -> None:
    seen = await linkable(door.world, "acceptance")

    async with browser.page() as page:
        await opened(page, await door.link(seen["id"]))
        await page.js(
            "{ const real = window.fetch; window.fetch = async (...asked) => "
            "{ await real(...asked); window.fetch = real; throw new TypeError('lost'); }; }"
        )
        form = "document.querySelector(`[data-action='contact-attempts'] form`)"
        await page.js(f"{form}.at.value = '2026-03-04T11:00'; {form}.channel.value = 'phone'")
        await page.js(f"{form}.result.value = 'no-answer'; {form}.requestSubmit()")
        await page.until("document.getElementById('message').innerText.includes('ingen forbindelse')")
        await page.js(f"{form}.requestSubmit()")
        await page.until("document.getElementById('message').innerText.startsWith('Tak.')")

    read = (await door.world.caller("health").get(f"/referrals/{seen['id']}")).json()
    assert read["attempts"]["count"] == 1


async def test_what_is_shared_is_shown_and_what_is_not_is_named(door: Door, browser: Browser) -> None:
    case = await case_covering(door.world, "need", "contact")
    words = {**WORDS, "contactWishes": "Asta, 12 34 56 78.\nRing efter klokken ti."}
    requires = [{"validFrom": "2026-01-01", "sections": ["tried", "wantsFirst"]}]
    service = await offered(door.world, handoverRequires=requires)
    told = {name: said for name, said in words.items() if name != "tried"}
    seen = await linkable(door.world, case=case, toServiceId=service, handover=told)

    async with browser.page(width=320) as page:
        await opened(page, await door.link(seen["id"]))
        danish = await page.text()
        wider = await page.js("document.documentElement.scrollWidth - window.innerWidth")
        await page.focus("[data-language=en]")
        await page.key("Enter")
        await page.until("document.getElementById('shared').innerText.includes('How to reach the citizen')")
        english = await page.text()
        complaints = page.complaints

    for said in (REASON, words["wantsFirst"], words["contactWishes"]):
        assert said in danish
        assert said in english
    for hidden in (words["risks"], words["doNotAskAgain"]):
        assert hidden not in danish
    assert "Hvad I skal være opmærksomme på: grundlaget dækker det ikke" in danish
    assert "Hvad I ikke skal spørge om igen: grundlaget dækker det ikke" in danish
    assert "Beder I om at få at vide, og ingen har skrevet\nHvad der er prøvet" in danish
    assert "What to be careful of: the basis does not cover it" in english
    assert "You ask to be told, and nobody has written\nWhat has been tried" in english
    assert "gælder ikke længere" not in danish
    assert wider <= 0
    assert complaints == []


async def test_where_a_colleague_was_first_the_page_says_how_it_stands(door: Door, browser: Browser) -> None:
    seen = await linkable(door.world)

    async with browser.page() as page:
        await opened(page, await door.link(seen["id"]))
        await door.world.caller("health", "alkohol").post(f"/referrals/{seen['id']}/acceptance", {})
        await unfold(page, "acceptance")
        await page.js("document.querySelector(`[data-action='acceptance'] form`).requestSubmit()")
        await page.until("document.getElementById('message').innerText.includes('Det trin findes ikke herfra.')")
        told = await page.text()

    assert "I har sagt ja" in told
    assert "Skriv den første kontakt" in told


async def test_a_connection_lost_after_the_answer_is_no_dead_end(door: Door, browser: Browser) -> None:
    seen = await linkable(door.world)

    async with browser.page() as page:
        await opened(page, await door.link(seen["id"]))
        await page.js(
            "{ const real = window.fetch; window.fetch = async (...asked) => { const reply = await real(...asked);"
            " window.fetch = async () => { window.fetch = real; throw new TypeError('lost'); }; return reply; }; }"
        )
        await page.js("document.querySelector(`[data-action='acceptance'] form`).requestSubmit()")
        await page.until("document.getElementById('message').innerText.startsWith('Tak.')")
        await page.focus("#open")
        await page.key("Enter")
        await page.until("document.getElementById('referral').innerText.includes('I har sagt ja')")


async def test_a_link_taken_back_empties_the_page_at_the_next_answer(door: Door, browser: Browser) -> None:
    seen = await linkable(door.world)
    link = await door.link(seen["id"])

    async with browser.page() as page:
        await opened(page, link)
        await door.link(seen["id"])
        await page.js("document.querySelector(`[data-action='acceptance'] form`).requestSubmit()")
        await page.until("document.getElementById('message').innerText.includes('Linket kan ikke bruges.')")
        told = await page.text()

    assert REASON not in told
    assert "Sig ja" not in told


async def test_a_dead_link_says_what_to_do(door: Door, browser: Browser) -> None:
    seen = await linkable(door.world)
    link = await door.link(seen["id"])
    await door.link(seen["id"])

    async with browser.page() as page:
        await page.goto(link)
        await page.focus("#open")
        await page.key("Enter")
        await page.until("document.getElementById('message').innerText.includes('Linket kan ikke bruges.')")
        advice = await page.text()
        await page.goto(f"{door.url}/p")
        bare = await page.text()

    assert "Ring til den, der gav jer linket." in advice
    assert "Åbn siden med det link, I har fået." in bare


async def test_a_withdrawn_consent_empties_the_page_and_leaves_the_answer(door: Door, browser: Browser) -> None:
    case = await door.world.case()
    seen = await linkable(door.world, case=case)
    link = await door.link(seen["id"])
    await door.world.tell(case.id, cases.ConsentWithdrawnV1(consent_id=case.consent_id))

    async with browser.page() as page:
        await opened(page, link)
        told = await page.text()

    assert REASON not in told
    assert "Grundlaget for at dele teksten gælder ikke længere" in told
    assert "Sig ja" in told
