"""The vendors: what each one's requests and answers look like, and what its records mean."""

from include.contract import Source
from include.sources.leonar import Leonar
from include.sources.recruitsome import Recruitsome

SOURCES: dict[str, Source] = {source.name: source for source in (Leonar(), Recruitsome())}
"""The only registration: a third source is one more line here."""
