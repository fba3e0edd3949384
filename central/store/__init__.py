"""The servers' database: engine, base of the models, migrations for SQLite and PostgreSQL."""
