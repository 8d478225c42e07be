"""The acts as data: clauses and their editions, closed lists, terms, retention, the working-day calendar."""
