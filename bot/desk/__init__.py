"""The use cases: what the desk does with a report, from intake to evaluation. Each takes the transaction it works in."""
