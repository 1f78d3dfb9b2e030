"""What tests share: builders, actors, servers. Nothing here has a test_ name."""
