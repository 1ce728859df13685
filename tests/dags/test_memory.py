"""Extract holds some pages in memory at a time, however many there are: each read in a process of its own."""

import json
import subprocess
import sys

import pytest

from include.sandbox.scale import Scale
from include.sandbox.server import Sandbox
from include.sandbox.world import World
from tests.conftest import ROOT
from tests.dags.conftest import UNTIL
from tests.reading import PATHS, slices

FEW, MANY = 2_000, 20_000
CHILD = """
import json, re, resource, sys
from pathlib import Path
from include.contract import Slice
from tests.reading import extract

def peak():
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    # Linux counts what the parent held when it forked into ru_maxrss; this is the process's own.
    return int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])

before, receipt = peak(), extract(Slice.from_json(json.load(sys.stdin)))
print(json.dumps({"before": before, "peak": peak(), "records": receipt["records"]}))
"""


@pytest.fixture(scope="module")
def worlds():
    """A world, and one of ten times the records."""
    scales = {n: Scale(contacts=n, candidates=n, projects=1, users=1, until=UNTIL, odd=0) for n in (FEW, MANY)}
    with Sandbox(World(scales[FEW])) as few, Sandbox(World(scales[MANY])) as many:
        yield {FEW: few, MANY: many}


@pytest.fixture
def measured(connect, engine, worlds):
    def measured(source, records):
        connect(f"{source}_default", host=worlds[records].url)
        (slice,) = slices(worlds[records], source)
        child = subprocess.run(
            [sys.executable, "-c", CHILD], input=json.dumps(slice.to_json()), capture_output=True, text=True, cwd=ROOT
        )
        assert child.returncode == 0, child.stderr[-3000:]
        return json.loads(child.stdout.splitlines()[-1])

    return measured


@pytest.mark.parametrize("source", PATHS)
def test_ten_times_the_records_take_hardly_more_memory(measured, source):
    few, many = measured(source, FEW), measured(source, MANY)
    assert many["records"] == 10 * few["records"] == MANY
    assert many["peak"] <= 1.2 * few["peak"]
    # Start-up, Airflow's most of all, is the larger part of both: what reading adds must not follow the records either.
    assert many["peak"] - many["before"] <= 2 * (few["peak"] - few["before"])
