"""What the service does, one verb a file: load, ask the domain, save, return."""
