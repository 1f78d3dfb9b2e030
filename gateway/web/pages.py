"""Puts a page together: markup, style and script in one document, let in by hash in the page's own policy."""

import base64
import hashlib
import importlib.resources
from dataclasses import dataclass

_FOLDER = importlib.resources.files("gateway") / "web"


@dataclass(frozen=True, slots=True)
class Page:
    """A finished page and the policy it must be served with."""

    html: bytes
    policy: str


def page(name: str) -> Page:
    """The page made of `<name>.html`, `<name>.css` and `<name>.js`, after what all pages share (`base.css`, `base.js`).

    Nothing is loaded from anywhere else, and the browser is told to refuse if something tries: the script and
    the style are let in by their hash, and the only thing a page may fetch is this gateway.
    """
    style, script = (_text(f"base.{kind}") + _text(f"{name}.{kind}") for kind in ("css", "js"))
    markup = _text(f"{name}.html").replace("/*style*/", style, 1).replace("/*script*/", script, 1)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "connect-src 'self'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
    return Page(markup.encode(), policy)


def _text(file: str) -> str:
    return (_FOLDER / file).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
