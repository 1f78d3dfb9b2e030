"""What all tables of referrals stand in."""

from chassis.tables import chassis_tables, naming_metadata

metadata = naming_metadata()
chassis = chassis_tables(metadata)
