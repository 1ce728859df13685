"""One function a field kind: any JSON value in, a clean JSON-ready value and a reason out.

Each is total (no JSON value makes it raise) and idempotent on its own output. What it gives, Postgres takes: no NUL
character, no lone surrogate, dates in the years 1 to 9999, numbers in the range asked for.
"""

from include.fields.addresses import email, linkedin
from include.fields.phones import phone
from include.fields.places import Place, country, place
from include.fields.quantities import boolean, integer, number
from include.fields.reader import Reader, Taken
from include.fields.times import Dated, date, moment
from include.fields.words import identifier, text

__all__ = [
    "Dated",
    "Place",
    "Reader",
    "Taken",
    "boolean",
    "country",
    "date",
    "email",
    "identifier",
    "integer",
    "linkedin",
    "moment",
    "number",
    "phone",
    "place",
    "text",
]
