"""The services. Each has a database and a vocabulary of its own, and none imports another."""
