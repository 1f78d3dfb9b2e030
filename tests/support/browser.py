"""A real browser for the pages: Chromium without a window, spoken to over its DevTools protocol.

Not Playwright and not Selenium: they bring a browser or a driver of their own, and this needs a handful of calls.
"""

import asyncio
import itertools
import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
_KEYS = {"Tab": 9, "Enter": 13, " ": 32, "ArrowDown": 40}


def executable() -> str | None:
    """Where this machine has a browser."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


@contextmanager
def running(folder: Path) -> Iterator["Browser"]:
    """A browser with an empty profile. Where there is none the test is left out, and in CI it fails: a page that nobody
    has opened in a browser is not tested."""
    found = executable()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium: install it, so that the pages are opened in a browser")
        pytest.skip("no Chromium on this machine, so no page was opened in a browser (apt install chromium)")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [found, *_FLAGS, f"--user-data-dir={folder / 'profile'}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield Browser(_port(process, folder / "profile" / "DevToolsActivePort"))
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _port(process: subprocess.Popen[bytes], told: Path) -> int:
    for _ in range(1800):
        if told.exists() and (lines := told.read_text().split()):
            return int(lines[0])
        assert process.poll() is None, "the browser did not start"
        time.sleep(0.05)
    raise AssertionError("the browser did not say where it listens")


class Browser:
    """The browser of a test run."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}"

    @asynccontextmanager
    async def page(
        self, *, language: str = "da", width: int = 390, height: int = 844, timezone: str = "Europe/Copenhagen"
    ) -> AsyncIterator["Page"]:
        """A page of its own, without anybody else's cookies; as narrow as a telephone, and in Denmark, unless a test
        says so."""
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{self._url}/json/version") as answer:
                whole = (await answer.json())["webSocketDebuggerUrl"]
            async with http.ws_connect(whole, max_msg_size=0) as socket:
                page = Page(socket)
                reading = asyncio.create_task(page.read())
                try:
                    await page.begin(language=language, width=width, height=height, timezone=timezone)
                    yield page
                    await page.end()
                finally:
                    reading.cancel()


class Page:
    """One tab. What it asked of whom, and what it complained of, is kept."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._context = self._session = ""
        self.requested: list[str] = []
        self.complaints: list[str] = []

    async def begin(self, *, language: str, width: int, height: int, timezone: str) -> None:
        """Open the tab."""
        self._context = (await self._call("Target.createBrowserContext"))["browserContextId"]
        tab = await self._call("Target.createTarget", url="about:blank", browserContextId=self._context)
        attached = await self._call("Target.attachToTarget", targetId=tab["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            await self._call(f"{domain}.enable")
        await self._call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        await self._call("Emulation.setTimezoneOverride", timezoneId=timezone)
        agent = await self.js("navigator.userAgent")
        await self._call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)

    async def end(self) -> None:
        """Close it, with all it has kept."""
        self._session, context = "", self._context
        await self._call("Target.disposeBrowserContext", browserContextId=context)

    async def goto(self, url: str) -> None:
        """Follow a link, as from a letter."""
        await self._call("Page.navigate", url="about:blank")
        await self._call("Page.navigate", url=url)
        await self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    async def js(self, expression: str) -> Any:
        """What an expression comes to, in the page."""
        told = await self._call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    async def until(self, expression: str, seconds: float = 30.0) -> None:
        """Wait for something that the page does by itself."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not await self.js(expression):
            assert asyncio.get_running_loop().time() < deadline, f"never: {expression}\n{await self.text()}"
            await asyncio.sleep(0.02)

    async def text(self) -> str:
        """What a person reads on the page now."""
        return str(await self.js("document.body ? document.body.innerText : ''"))

    async def key(self, *keys: str) -> None:
        """Press keys one after the other."""
        for name in keys:
            told = {"key": name, "code": name, "windowsVirtualKeyCode": _KEYS[name]}
            typed = {"text": {"Enter": "\r", " ": " "}[name]} if name in ("Enter", " ") else {}
            await self._call("Input.dispatchKeyEvent", type="keyDown", **told, **typed)
            await self._call("Input.dispatchKeyEvent", type="keyUp", **told)

    async def focus(self, selector: str) -> None:
        """Go to an element with the Tab key alone."""
        for _ in range(60):
            if await self.js(f"document.activeElement === document.querySelector({selector!r})"):
                return
            await self.key("Tab")
        raise AssertionError(f"the keyboard never comes to {selector}")

    async def offline(self, off: bool = True) -> None:
        """Pull the plug, or put it back."""
        await self._call(
            "Network.emulateNetworkConditions", offline=off, latency=0, downloadThroughput=-1, uploadThroughput=-1
        )

    async def read(self) -> None:
        """Take in what the browser says, for as long as it does."""
        async for message in self._socket:
            told = message.json()
            if "id" in told:
                self._waiting.pop(told["id"]).set_result(told)
                continue
            said = told.get("params", {})
            match told["method"]:
                case "Network.requestWillBeSent":
                    self.requested.append(said["request"]["url"])
                case "Runtime.exceptionThrown":
                    self.complaints.append(str(said["exceptionDetails"]))
                case "Log.entryAdded" if said["entry"]["source"] in ("security", "violation", "javascript"):
                    self.complaints.append(said["entry"]["text"])

    async def _call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._ids)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        session = {"sessionId": self._session} if self._session else {}
        await self._socket.send_json({"id": number, "method": method, "params": params, **session})
        told = await asyncio.wait_for(answer, 60)
        assert "error" not in told, (method, told["error"])
        return dict(told["result"])
