from include.fields import Place, country, place
from tests.odd_values.table import Case, Kind
from tests.odd_values.words import INVISIBLE

NO_COUNTRY = "not an ISO 3166-1 alpha-2 code"
FRANCE = ("France", "FR")
GERMANY = ("Germany", "DE")
NETHERLANDS = ("Netherlands", "NL")
AMERICA = ("United States", "US")
NOTHING = Place()

COUNTRY = Kind(
    "Country codes",
    country,
    "",
    (
        Case(" nl ", "NL"),
        Case("nl\u200b", "NL", INVISIBLE),
        Case("", None),
        Case("UK", None, NO_COUNTRY),
        Case("EU", None, NO_COUNTRY),
        Case("NLD", None, NO_COUNTRY),
        Case("Nederland", None, NO_COUNTRY),
        Case("ß", None, NO_COUNTRY),
        Case(31, None, "not a text"),
    ),
)
PLACE = Kind(
    "Places",
    place,
    "Parts of a location, beside the location as it came; countries by their ISO 3166-1 name, also where another "
    "language names them. What the text does not say for sure stays empty, which is no issue: a lone `Paris` may be in "
    "Texas, `CA` may be Canada, and Georgia is a country only after a region.",
    (
        Case("Paris, Île-de-France, France", Place("Paris", "Île-de-France", *FRANCE)),
        Case("Amsterdam, Noord-Holland, Nederland", Place("Amsterdam", "Noord-Holland", *NETHERLANDS)),
        Case("The Hague, The Netherlands", Place("The Hague", None, *NETHERLANDS)),
        Case("Aix, Bouches, Provence, France", Place("Aix", "Bouches, Provence", *FRANCE)),
        Case("PARIS ,FRANCE,", Place("PARIS", None, *FRANCE)),
        Case("Ile-de-France, France", Place(None, "Ile-de-France", *FRANCE)),
        Case("I\u0302le-de-France, France", Place(None, "Île-de-France", *FRANCE)),
        Case("Bavaria, Germany", Place(None, "Bavaria", *GERMANY)),
        Case("Berlin, Germany", Place("Berlin", "Berlin", *GERMANY)),
        Case("Germany, Berlin", Place("Berlin", "Berlin", *GERMANY)),
        Case("Netherlands, Utrecht", Place(None, "Utrecht", *NETHERLANDS)),
        Case("Netherlands, Amsterdam", NOTHING),
        Case("New York, United States", Place(None, "New York", *AMERICA)),
        Case("Austin, TX, US", Place("Austin", "TX", *AMERICA)),
        Case("München, Deutschland", Place("München", None, *GERMANY)),
        Case("Londres, Royaume-Uni", Place("Londres", None, "United Kingdom", "GB")),
        Case("Praag, Tsjechië", Place("Praag", None, "Czechia", "CZ")),
        Case("Seoul, South Korea", Place("Seoul", None, "South Korea", "KR")),
        Case("Seoul, Korea, Republic of", Place("Seoul", None, "South Korea", "KR")),
        Case("Gaza, Palestine, State of", Place(None, "Gaza", "Palestine, State of", "PS")),
        Case("Korea, South", NOTHING),
        Case("Kinshasa, Congo", NOTHING),
        Case("France", Place(None, None, *FRANCE)),
        Case("France, France", Place(None, None, *FRANCE)),
        Case("Singapore, Singapore", Place("Singapore", None, "Singapore", "SG")),
        Case("France (Remote)", Place(None, None, *FRANCE)),
        Case("Remote, France", Place(None, None, *FRANCE)),
        Case("Paris, France, Europe", Place("Paris", None, *FRANCE)),
        Case("-, France", Place(None, None, *FRANCE)),
        Case("Austin, Texas", Place("Austin", "Texas")),
        Case("Lebanon, Pennsylvania", Place("Lebanon", "Pennsylvania")),
        Case("San Francisco, CA", NOTHING),
        Case("Georgia", NOTHING),
        Case("Atlanta, Georgia", NOTHING),
        Case("Georgia, USA", Place(None, "Georgia", *AMERICA)),
        Case("Atlanta, Georgia, United States", Place("Atlanta", "Georgia", *AMERICA)),
        Case("Tbilisi, T'bilisi, Georgia", Place("Tbilisi", "T'bilisi", "Georgia", "GE")),
        Case("Greater Paris Metropolitan Region", Place(None, "Greater Paris Metropolitan Region")),
        Case("Amsterdam Area, Netherlands", Place(None, "Amsterdam Area", *NETHERLANDS)),
        Case("Greater London, England, UK", Place(None, "Greater London, England", "United Kingdom", "GB")),
        Case("Paris, Île-de-France, France, worldwide", Place("Paris", "Île-de-France", *FRANCE)),
        Case("Paris, France, Île-de-France", NOTHING),
        Case("Paris, France; Berlin, Germany", NOTHING),
        Case("Paris\nFrance", NOTHING),
        Case("Paris France", NOTHING),
        Case("Paris", NOTHING),
        Case("Remote", NOTHING),
        Case("European Economic Area", NOTHING),
        Case(", ,", NOTHING),
        Case("Paris, " * 40 + "France", NOTHING),
        Case(" ", None),
        Case(75001, None, "not a text"),
        Case(["Paris", "France"], None, "not a text"),
    ),
)
KINDS = (COUNTRY, PLACE)
