"""One door to the town: tokens, limits, routing, one API. No rule of the field lives here. See README.md."""
