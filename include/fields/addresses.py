"""E-mail and LinkedIn addresses: by them a person is known again elsewhere, so what is doubtful is refused."""

import re
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

from include.fields.reader import Taken
from include.fields.words import LONGEST_IDENTIFIER, text

_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[^\W\d_](?:[^\W_]|-){{0,61}}[^\W_]")
_LONGEST_EMAIL = 254

_PROFILE = re.compile(
    r"(?:https?:)?/{0,2}(?:[a-z0-9-]+\.){0,3}linkedin\.com(?::[0-9]+)?/+(?:mwlite/|m/|comm/)?(in|pub)/+([^/?#]+)([^?#]*)",
    re.IGNORECASE,
)
_OLD_NUMBER = re.compile(r"/([0-9a-f]{1,3})/([0-9a-f]{1,3})/([0-9a-f]{1,3})(?:/.*)?", re.I)
_PROFILE_ID = re.compile(r"""(?=.*[^\W_])[^\s/?#%\\&\ufffd,;:"<>()\[\]{}|]+""")


def email(value: Any) -> Taken[str]:
    """An e-mail address, trimmed and lower case, also one after ``mailto:``. No display name, no comment, no list."""
    written, reason = text(value)
    if written is None:
        return None, reason
    address = written.lower().removeprefix("mailto:")
    if len(address) > _LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        return None, "not an e-mail address"
    return address, reason


def linkedin(value: Any) -> Taken[str]:
    """The canonical id of a LinkedIn profile: the part after ``/in/``, percent-decoded, lower case, Unicode NFC.

    Scheme, subdomain, query, trailing locale and slash do not matter. An old ``/pub/name/a/b/c`` is what it redirects
    to: ``name-cba`` with ``c`` and ``b`` in three digits. A bare name is refused: it might as well be "none".
    """
    written, reason = text(value)
    if written is None:
        return None, reason
    profile = _PROFILE.match(written)
    if not profile:
        return None, "not the address of a LinkedIn profile"
    form, name, rest = profile.groups()
    if form.lower() == "pub":
        number = _OLD_NUMBER.fullmatch(rest)
        if not number:
            return None, "not the address of a LinkedIn profile"
        name = f"{name}-{number[3].zfill(3)}{number[2].zfill(3)}{number[1]}"
    # Twice: addresses that were pasted out of other addresses are encoded again.
    decoded = unquote(unquote(name)) if "%" in name else name
    identity = normalize("NFC", decoded.lower())
    if len(identity) > LONGEST_IDENTIFIER or not _PROFILE_ID.fullmatch(identity) or not identity.isprintable():
        return None, "not the address of a LinkedIn profile"
    return identity, reason
