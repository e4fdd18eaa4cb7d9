"""When a list was last fetched and last tried, and why it failed; each kind of list has a table of these."""


def fetched_statement(table: str, key: str) -> str:
    """The statement for a list that came; takes its key and twice the time."""
    return f"""
INSERT INTO {table} ({key}, fetched_at, tried_at) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET fetched_at = excluded.fetched_at, tried_at = excluded.tried_at, error = NULL
"""


def failed_statement(table: str, key: str) -> str:
    """The statement for a list that did not come; the last one stays. Takes its key, the time and the error."""
    return f"""
INSERT INTO {table} ({key}, tried_at, error) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET tried_at = excluded.tried_at, error = excluded.error
"""
