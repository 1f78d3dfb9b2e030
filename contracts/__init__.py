"""The words services say to each other. Nouns and past participles; no behaviour."""
