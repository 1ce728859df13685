"""Writes ``docs/odd-values.md``."""

from tests.odd_values.page import PATH, page

PATH.write_text(page(), encoding="utf-8")
