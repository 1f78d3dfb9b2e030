"""What the wire looks like: strict in, complete out."""
