"""Every field kind with its cases, in the order of the page."""

from tests.odd_values import addresses, phones, places, quantities, times, words

KINDS = (*words.KINDS, *addresses.KINDS, *phones.KINDS, *places.KINDS, *times.KINDS, *quantities.KINDS)
REASONS = {part for kind in KINDS for case in kind.cases if case.reason for part in case.reason.split("; ")}
