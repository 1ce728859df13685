from include.fields import identifier, text
from tests.odd_values.table import Case, Kind

CONTROL = "control characters removed"
INVISIBLE = "invisible characters removed"

TEXT = Kind(
    "Text",
    text,
    "Names, titles, descriptions. Stored in Unicode NFC and with plain blanks, so that equal names are equal; inner "
    "blanks, tabs and line ends stay as many as they are, and so does the case: `van der` is no fault. What is removed "
    "is an issue, what is only written another way is none. Zero-width joiners stay where emoji and other scripts need "
    "them.",
    (
        Case("  Zoë\t", "Zoë"),
        Case("van der", "van der"),
        Case("line\r\nline", "line\r\nline"),
        Case(" \n\u2003 ", None),
        Case("Jan\xa0de\u2009Vries", "Jan de Vries"),
        Case("名\u3000前", "名 前"),
        Case("line\u2028line\x0cpage", "line\nline\npage"),
        Case("Jose\u0301", "José"),
        Case("\u212b", "Å"),
        Case("Jo\x00hn", "John", CONTROL),
        Case("\x85\x9f", None, CONTROL),
        Case("a\ud800b", "ab", "lone surrogates removed"),
        Case("\x07\udfff!", "!", f"{CONTROL}; lone surrogates removed"),
        Case("\ufeffAnn\u200b", "Ann", INVISIBLE),
        Case("\u202eAnn\u202c", "Ann", INVISIBLE),
        Case("Ent\xadwickler", "Entwickler", INVISIBLE),
        Case("Ann\u200d", "Ann", INVISIBLE),
        Case("e\u200b\u0301", "é", INVISIBLE),
        Case("👩\u200d💻", "👩\u200d💻"),
        Case("می\u200cخواهم", "می\u200cخواهم"),
        Case("ا\u200d\u200dب", "ا\u200d\u200dب"),
        Case("\u200b\xa0", None, INVISIBLE),
        Case("R&amp;D &lt;3 caf&eacute; &#8364;&#x20AC;", "R&D <3 café €€"),
        Case("&nbsp;Ann&nbsp;Lee", "Ann Lee"),
        Case("&amp;amp;lt;", "<"),
        Case("&lt\u037e", "<"),
        Case("AT&T ?a=1&copy=2 &nonsense; &amp", "AT&T ?a=1&copy=2 &nonsense; &amp"),
        Case("<b>Bold</b>", "<b>Bold</b>"),
        Case("&am\x00p;", "&", CONTROL),
        Case("&#0;&#xD800;&#x110000;", "\ufffd\ufffd\ufffd"),
        Case("&#xFFFF;", None),
        Case("&#150;", "–"),
        Case("&" + "amp;" * 50 + "lt;", None, "HTML entities nested too deeply"),
        Case("x" * 100_001, "x" * 100_000, "cut after 100000 characters"),
        Case("\u0958" * 60_000, "\u0915\u093c" * 50_000, "cut after 100000 characters"),
        Case("", None),
        Case(None, None),
        Case(7, None, "not a text"),
        Case(True, None, "not a text"),
        Case(["x"], None, "not a text"),
        Case({"value": "x"}, None, "not a text"),
    ),
)
IDENTIFIER = Kind(
    "Identifiers",
    identifier,
    "What a vendor names a thing by. Without one a record is rejected.",
    (
        Case(" ACwAAB_z-1 ", "ACwAAB_z-1"),
        Case(42, "42"),
        Case(0, "0"),
        Case(42.0, "42"),
        Case("a\x00b", "ab", CONTROL),
        Case("\x00", None, CONTROL),
        Case(42.5, None, "not an identifier"),
        Case(float("nan"), None, "not an identifier"),
        Case(float("inf"), None, "not an identifier"),
        Case(True, None, "not an identifier"),
        Case([42], None, "not an identifier"),
        Case("", None),
        Case(2**63, None, "a number too large for an identifier"),
        Case(10**5000, None, "a number too large for an identifier"),
        Case("x" * 256, None, "a text too long for an identifier"),
    ),
)
KINDS = (TEXT, IDENTIFIER)
