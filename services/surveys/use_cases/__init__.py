"""One verb, one file: load, ask the domain, save."""
