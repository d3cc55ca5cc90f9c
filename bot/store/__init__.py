"""What is remembered: engine, tables, queries, migrations. The only package that speaks SQL."""
