"""The options of a bench."""

import pytest

from bench.__main__ import arguments


def test_by_default_it_is_as_large_as_the_bounds_are_meant():
    options = arguments(["folder"])
    assert (options.contacts, options.candidates, options.latency, options.rounds) == (20_000, 20_000, [0, 100], 1)
    assert options.size == 200_000


def test_latencies_are_measured_once_each():
    assert arguments(["folder", "--latency", "100,0,100"]).latency == [0, 100]


@pytest.mark.parametrize("wrong", [["--latency=-1"], ["--latency=fast"], ["--rounds=0"], ["--contacts=none"], ["more"]])
def test_a_wrong_option_is_refused(wrong, capsys):
    with pytest.raises(SystemExit) as end:
        arguments(["folder", *wrong])
    assert end.value.code == 2
    assert "./run bench" in capsys.readouterr().err
