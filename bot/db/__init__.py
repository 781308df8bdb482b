"""The database: tables, engines, the unit of work and its repositories."""
