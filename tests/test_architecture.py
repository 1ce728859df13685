"""Imports point one way, and the house looks as it should."""

import ast
import re
from pathlib import Path

import pytest

from include.sources import SOURCES

ROOT = Path(__file__).parent.parent
MODULES = sorted(
    path.relative_to(ROOT) for top in ("dags", "plugins", "include") for path in (ROOT / top).rglob("*.py")
)
MAY_IMPORT = {
    "dags": {"plugins", "include", "airflow"},
    "plugins": {"plugins", "include", "airflow"},
    "include": {"include"},
}
OURS = {"dags", "plugins", "include", "airflow", "tests"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_point_one_way(path):
    tops = {name.split(".")[0] for name in imports(path)} & OURS
    assert tops <= MAY_IMPORT[path.parts[0]]


@pytest.mark.parametrize("beside", ["demo", "bench"])
def test_what_run_starts_stands_beside_the_house(beside):
    for path in (ROOT / beside).glob("*.py"):
        # What measures our own writing imports it; what runs beside dlt, and in its environment, does not.
        allowed = {"ours": {"airflow"}, "theirs": set(), "meter": set()}.get(path.stem, {"include"})
        allowed = allowed if beside == "bench" else set()
        assert {name.split(".")[0] for name in imports(path.relative_to(ROOT))} & OURS <= allowed
    assert not [path for path in MODULES if any(name.split(".")[0] == beside for name in imports(path))]


@pytest.mark.parametrize("path", [Path("include/contract.py"), Path("include/errors.py")], ids=str)
def test_the_foundation_imports_nothing_of_ours(path):
    assert not {name for name in imports(path) if name.split(".")[0] in OURS}


def test_sources_do_not_import_each_other():
    for name in SOURCES:
        others = {f"include.sources.{other}" for other in SOURCES if other != name}
        assert not imports(Path(f"include/sources/{name}.py")) & others


@pytest.mark.parametrize("path", [path for path in MODULES if "sandbox" in path.parts], ids=str)
def test_the_sandbox_imports_nothing_of_ours_but_itself(path):
    ours = {name for name in imports(path) if name.split(".")[0] in OURS}
    assert all(name.startswith("include.sandbox") for name in ours)


@pytest.mark.parametrize("path", [path for path in MODULES if "sandbox" not in path.parts], ids=str)
def test_nothing_of_ours_imports_the_sandbox(path):
    assert not any(name.startswith("include.sandbox") for name in imports(path))


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_has_its_files(name):
    source = SOURCES[name]
    expected = [f"include/sources/{name}.py", f"plugins/hooks/{name}.py", f"include/sandbox/{name}.py"]
    expected += [f"dags/{name}_{source.table}{kind}.py" for kind in ("", "_refresh", "_replay")]
    expected += [f"tests/include/sources/test_{name}.py", f"tests/include/sandbox/test_{name}.py"]
    assert not [path for path in expected if not (ROOT / path).exists()]


@pytest.mark.parametrize("path", sorted((ROOT / "dags").glob("*.py")), ids=lambda path: path.name)
def test_a_dag_file_is_one_sentence(path):
    text = path.read_text()
    assert 25 <= len(text.splitlines()) <= 35
    assert not any(isinstance(node, ast.FunctionDef | ast.Lambda) for node in ast.walk(ast.parse(text)))
    assert "from airflow.sdk import DAG" in text


def test_modules_are_short_and_named_for_what_they_do():
    for path in MODULES:
        lines = len((ROOT / path).read_text().splitlines())
        assert lines <= 260, f"{path} has {lines} lines"
        assert path.stem not in {"utils", "helpers", "common", "base", "manager"}


def test_airflow_loads_one_file_of_plugins():
    assert (ROOT / "plugins/.airflowignore").read_text().split() == ["/*", "!/recruiting_plugin.py"]


def test_no_file_names_this_machine_or_an_index():
    patterns = ("requirements*", "bench/dlt.*", "*.md", "docs/*.md", "*.y*ml")
    texts = [*(path for pattern in patterns for path in ROOT.glob(pattern)), ROOT / "run", ROOT / ".ci/run"]
    for path in texts:
        assert not re.search(r"--(extra-)?index-url|/work/|/root/", path.read_text()), path.name
