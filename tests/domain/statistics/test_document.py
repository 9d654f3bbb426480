"""What docs/statistics.md shows is what comes of it."""

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[3] / "docs" / "statistics.md"


def test_the_example_of_the_document_prints_what_it_says(capsys):
    (example,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    exec(compile(example, str(DOCUMENT), "exec"), {})
    assert capsys.readouterr().out.strip() == example.rpartition("# ")[2].strip()
