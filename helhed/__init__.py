"""The command `helhed`: the map of the town, and what starts it, tends it and shows it."""
