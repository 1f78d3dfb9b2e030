"""What every service needs and no citizen has heard of: mechanism, no rules of the field."""
