"""What a child tells of its own cost."""

import ast
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

WORK = """
import subprocess, sys
from pathlib import Path
from bench.meter import read, report

began = read()
held = bytearray(80 * 2**20)
held = None
subprocess.run([sys.executable, "-c", "sum(i * i for i in range(3_000_000))"])
report(Path(sys.argv[1]), began, laps=[1])
"""


def test_a_child_counts_memory_that_it_gave_back_and_children_that_ended(tmp_path):
    file = tmp_path / "report.json"
    subprocess.run([sys.executable, "-c", WORK, file], cwd=ROOT, check=True)
    told = json.loads(file.read_text())
    assert 70 * 2**20 < told["work"]["grown"] < told["peak"]
    assert told["work"]["cpu"] > 0.05
    assert told["work"]["wall"] > 0
    assert told["laps"] == [1]


def test_dlts_process_imports_nothing_of_ours_but_the_meter():
    for name, allowed in {"theirs": {"dlt", "bench.meter"}, "meter": set()}.items():
        for node in ast.walk(ast.parse((ROOT / f"bench/{name}.py").read_text())):
            if isinstance(node, ast.ImportFrom):
                top = node.module.split(".")[0]
                assert top in sys.stdlib_module_names or top in allowed or node.module in allowed
