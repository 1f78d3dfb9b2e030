"""The pages people open. Each is one self-contained document with a Content-Security-Policy of its own."""
