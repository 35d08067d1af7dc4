"""docs/processes.md shows the shipped processes as they are, and its program runs."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

from policy_engine.policy.library import Library, builtin_rules
from policy_engine.process.diagram import diagram, marked, refreshed

PAGE = Path(__file__).parents[2] / "docs" / "processes.md"


def test_the_page_is_current() -> None:
    """Refresh it with ``python -m policy_engine.process.diagram docs/processes.md``."""
    text = PAGE.read_text("utf-8")
    assert text == refreshed(text)


def test_every_shipped_process_is_shown() -> None:
    shipped = set()
    library = Library(builtin_rules())
    for id_ in library.ids():
        for version in library.versions(id_):
            shipped |= {(id_, p.name.text) for p in version.doc.processes}
    assert set(marked(PAGE.read_text("utf-8"))) == shipped
    assert len(shipped) >= 5


def test_a_diagram_has_every_state_and_step() -> None:
    policy = Library().load("jibei/exemption", period="2018-06")
    process = policy.processes["免考申请"]
    drawn = diagram(policy, process)
    assert all(f'"{state}"' in drawn for state in process.states)
    assert sum(drawn.count(f" : {s.name}（") for s in process.steps) == sum(
        len(s.from_) for s in process.steps
    )


def test_the_program_on_the_page_prints_what_it_says() -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    said = re.findall(r"print\(.*\) +# (.*)", program)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(program, str(PAGE), "exec"), {})
    assert printed.getvalue().split("\n")[:-1] == said
    assert len(said) == 2
