"""``./run bench``: this project and dlt, side by side, on the same sandbox and Postgres. Only ``run`` starts it."""
