"""What surveys looks like on the wire."""
