"""What all tables of cases stand in. Text with CHECK instead of enums: row-level security can use an index on it."""

from chassis.tables import chassis_tables, naming_metadata

metadata = naming_metadata()
chassis = chassis_tables(metadata)
