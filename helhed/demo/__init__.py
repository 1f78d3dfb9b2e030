"""`make demo`: a story told through the public API, for a hundred synthetic citizens in four municipalities."""

from helhed.demo.main import main

__all__ = ["main"]
