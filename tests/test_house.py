"""The rules of the house that a machine can watch (CONTRIBUTING.md says them in prose)."""

import ast
import hashlib
import re
import subprocess
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from gateway.domain.doubts import named_in
from gateway.domain.rule import Match, Rule, RuleId, RuleKind
from gateway.domain.statistics.health import Ailment
from gateway.settings import Settings
from tests import golden

ROOT = Path(__file__).parents[1]
SHIPPED = ("gateway", "schema", "sql")
FILE_LINES = 300
FUNCTION_LINES = 40
DOOR = 130  # characters that fit on a door
NO_NAMES = {"utils", "helpers", "common", "base", "core", "manager", "misc", "types", "models"}

# Written with a gap inside each word, so that this file does not find itself.
ELSEWHERE = re.compile(
    r"(?<![\w.}$])/(?:w[o]rk|r[o]ot|t[m]p|U[s]ers|m[n]t)/|bash_[j]obs|(?:r[e]gistry\.npmjs|registry\.y[a]rnpkg)|(?<!img\.)p[y]pi\.org"
    r"|pythonh[o]sted\.org|\"re[s]olved\": *\"http|--(?:extra-)?index-[u]rl"
)
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b|NotImplemented[E]rror")
SQL = re.compile(
    r"\s*(?:select\s.*\bfrom\b|select\s+\w+\s*\(|insert\s+into\s|update\s+\w+\s+(?:\w+\s+)?set\s|delete\s+from\s|with\s+\w+\s+as\s*\("
    r"|(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:temp\s+)?(?:table|view|index|function|schema|database|type|macro|role|extension)\b"
    r"|copy\s.*\b(?:to|from)\b|truncate\s+\w|(?:set|pragma)\s+\w+\s*=|(?:un)?listen\s+\w+$|notify\s+\w+,|attach\s+')",
    re.DOTALL,
)

Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked() -> tuple[str, ...]:
    """The files that git knows, and those that it would take: a new file obeys before it is committed."""
    listing = ["git", "ls-files", "-z", "-co", "--exclude-standard"]
    told = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode:
        pytest.skip("this is no checkout")
    return tuple(sorted(name for name in told.stdout.split("\0") if name and (ROOT / name).is_file()))


def python_files(*tops: str) -> list[str]:
    return [name for name in tracked() if name.endswith(".py") and (not tops or name.partition("/")[0] in tops)]


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(), name)


def texts() -> Iterator[tuple[str, str]]:
    for name in tracked():
        try:
            yield name, (ROOT / name).read_text()
        except UnicodeDecodeError:
            continue


def none_of(faults: Iterator[str]) -> None:
    """Fails with every fault, one a line."""
    found = list(faults)
    assert not found, "\n" + "\n".join(found)


def test_a_file_has_300_lines_at_most():
    none_of(f"{name}: {n} lines" for name in python_files() if (n := len((ROOT / name).read_text().splitlines())) > FILE_LINES)


def test_a_function_has_40_lines_at_most():
    none_of(
        f"{name}:{node.lineno}: {node.name} has {n} lines"
        for name in python_files()
        for node in ast.walk(tree(name))
        if isinstance(node, Function) and (n := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    )


def test_a_file_opens_with_one_line_that_fits_on_its_door():
    none_of(
        f"{name}: {first or 'no docstring'}"
        for name in python_files(*SHIPPED)
        for first, _, rest in [(ast.get_docstring(tree(name)) or "").partition("\n")]
        if not first or len(first) > DOOR or (rest and not rest.startswith("\n"))
    )


def test_sql_that_is_no_named_query_opens_with_a_comment():
    files = [f for f in tracked() if f.startswith("sql/") and f.endswith(".sql")]
    assert files
    none_of(f"{name}: says not what it is" for name in files if not (ROOT / name).read_text().startswith("-- "))


def test_what_is_public_says_what_it_promises():
    """A docstring on every public class and function, but where the body is a single statement: there the name says it all."""
    none_of(
        f"{name}:{node.lineno}: {node.name} has no docstring"
        for name in python_files(*SHIPPED)
        for node in public(tree(name))
        if ast.get_docstring(node) is None and len(node.body) > 1 and not is_described(node)
    )


def public(where: ast.Module | ast.ClassDef) -> Iterator[Named]:
    for node in where.body:
        if isinstance(node, Named) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node)


def is_described(node: Named) -> bool:
    """A GraphQL type or field says to its clients what it promises; a parent's promise holds for an override."""
    calls = [d for d in node.decorator_list if isinstance(d, ast.Call)]
    described = any(k.arg == "description" for call in calls for k in call.keywords)
    return described or any(isinstance(d, ast.Name) and d.id == "override" for d in node.decorator_list)


def test_no_sql_stands_in_python():
    none_of(
        f"{name}:{node.lineno}: {node.value[:60]!r}"
        for name in python_files(*SHIPPED)
        for node in spoken(tree(name))
        if is_sql(node.value)
    )


def is_sql(text: str) -> bool:
    """Statements begin in one case, and prose in two."""
    return bool(SQL.match(text) or SQL.match(text.swapcase()))


def spoken(module: ast.Module) -> Iterator[ast.Constant]:
    """The string constants that are no docstrings."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | Named) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node


def test_no_file_is_called_by_its_pattern():
    none_of(name for name in tracked() if NO_NAMES & {part.partition(".")[0] for part in Path(name).parts})


def test_no_import_hides():
    none_of(f"{name}:{line}" for name in python_files(*SHIPPED) for line in hidden_imports(tree(name)))


def hidden_imports(module: ast.Module) -> Iterator[int]:
    for node in ast.walk(module):
        if isinstance(node, Function):
            yield from (inner.lineno for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom))
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield node.lineno


def test_every_setting_says_what_it_is_about():
    none_of(f.name for f in fields(Settings) if not f.metadata.get("about"))


@pytest.mark.parametrize(("document", "name", "render"), golden.BLOCKS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_document_tells_what_the_code_does(document, name, render):
    assert golden.block(name, (ROOT / document).read_text()) == render(), "run `make schema` and look at the change"


def test_every_warning_is_listed_with_its_meaning_and_nothing_else_is():
    reference = ROOT / "docs" / "reference"
    answers = (reference / "errors.md").read_text().partition("## Codes of warnings")[2]
    rules = (reference / "rules.md").read_text().partition("## What is reported")[2]
    cells = [line.split("|")[1] for line in (answers + rules).splitlines() if line.startswith("| ")]
    listed = {code for cell in cells for code in re.findall(r"[A-Z_]{4,}", cell)}
    said = {code for name in python_files("gateway", "schema") for code in warning_codes(tree(name))}
    named = {f"UNKNOWN_{word}" for word in named_in(Rule(RuleId("r"), RuleKind.BOOST, Match()))}
    assert listed == said | named | {each.name for each in Ailment}


def warning_codes(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Name("Warning"), args=[ast.Constant(str(code)), *_]):
                yield code


def test_the_golden_graphql_schema_is_the_served_one():
    assert golden.SCHEMA_GRAPHQL.read_text() == golden.print_graphql(), "run `make schema` and look at the change"


def test_no_file_names_a_place_outside_the_project():
    none_of(f"{name}: {found[0]}" for name, text in texts() if (found := ELSEWHERE.search(text)))


def test_nothing_shipped_is_unfinished():
    none_of(
        f"{name}: {found[0]}"
        for name, text in texts()
        if name.startswith((*SHIPPED, "tests/"))
        and name.endswith((".py", ".sql", ".js", ".html"))
        and (found := UNFINISHED.search(text))
    )


def test_nothing_of_the_development_data_is_copied():
    shared = ROOT.parent / "shared"
    if not shared.exists():
        pytest.skip("the development data is not beside the checkout")
    sizes: dict[int, list[Path]] = {}
    for path in shared.rglob("*"):
        if path.is_file() and path.stat().st_size > 200:  # a door of one line may well be alike
            sizes.setdefault(path.stat().st_size, []).append(path)
    none_of(
        f"{name} is {other.name}"
        for name in tracked()
        for other in sizes.get((ROOT / name).stat().st_size, [])
        if digest(ROOT / name) == digest(other)
    )


def digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def test_every_link_in_the_documents_leads_somewhere():
    none_of(
        f"{name}: {target}"
        for name, text in texts()
        if name.endswith(".md")
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
        if "://" not in target and not target.startswith("mailto:") and not (ROOT / name).parent.joinpath(target).exists()
    )


@pytest.mark.parametrize(
    "text",
    ["select 1 from product", "SELECT count(*)\n FROM event", "insert into event values ($1)", "update tenant t\nset name = $1",
     "with a as (select 1)", "create table x ()", "copy (x) to 'f'", "set memory_limit='1GB'", "listen endcap", "drop table x"],
)  # fmt: skip
def test_sql_is_recognised(text):
    assert is_sql(text)


@pytest.mark.parametrize(
    "text", ["Select what to show", "Create a key", "updates a tenant", "With care", "set ENDCAP_DATABASE_URL to it"]
)  # fmt: skip
def test_prose_is_no_sql(text):
    assert not is_sql(text)
