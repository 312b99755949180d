"""The lake: CSV backups become rows of Iceberg tables, exactly once."""
