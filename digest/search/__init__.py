"""Search for readers: one interface over SQLite's FTS5 and PostgreSQL's tsvector. docs/search.md describes it.

Text becomes words here (`words`, `stemming`), the same ones for both databases; a query becomes a `Query`, a `Plan`,
then what the database at hand asks for. `indexing` writes, `searching` finds, `suggesting` helps with spelling."""
