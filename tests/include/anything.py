"""Any JSON value, with all that Postgres and Python stumble over."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# A busy machine is no bug.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=())),
    st.sampled_from(["", "  ", "\x00", "\ud800x", "&amp;amp;lt;", "&#0;&#1;&#xD800;", "2021-02-30", "1e999", "９"]),
)
NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([10**400, -(10**400), 2**63, 0.1, -0.0]), st.booleans())
ANYTHING = st.recursive(
    st.none() | TEXTS | NUMBERS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(TEXTS, inside, max_size=4),
    max_leaves=8,
)


def nested(depth: int) -> list[object]:
    """A list in a list in a list …"""
    value: list[object] = []
    for _ in range(depth):
        value = [value]
    return value
