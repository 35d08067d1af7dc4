"""What is said about a bad rule file, or about a folder of rule files that do not go together.

A PE1 file is only read, with the tables in files beside it; its folder has one rule file. Every other one is loaded
through the library as its leading comments say (and a PE33 file is analysed, when it loads)::

    # 办理: 2018-06          the month asked for (or 日期: 2018-06-15, a day)
    # 编号: demo/bad         the policy asked for, if it is not the file's own
    # 截至: 2018-06-01       the day of knowledge
    # 口径: 名称=取值         a choice of reading
    # 规则: 某文件夹          a rules folder other than the file's own
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from pathlib import Path

from policy_engine.analysis.run import analyse
from policy_engine.analysis.subject import Subject
from policy_engine.diagnostics.diagnostic import Diagnostic, Diagnostics
from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.policy.library import Library, load
from policy_engine.policy.model import Policy
from policy_engine.policy.table_files import read_rule_file
from policy_engine.rulefile.decision_tables import read_columns
from policy_engine.rulefile.terms import read_terms

TODAY = dt.date(2020, 1, 1)  # of analysis
FOLDER = Path(__file__).parent.parent / "bad"
_DIRECTIVE = re.compile(r"^# (办理|日期|编号|截至|口径|规则): (\S+)$", re.MULTILINE)
_POLICY = re.compile(r"^政策: (\S+)$", re.MULTILINE)


def bad_files() -> list[Path]:
    """Every bad file, and every folder of files that are bad together."""
    return sorted(p for p in FOLDER.iterdir() if p.suffix == ".yaml" or p.is_dir())


def code_of(path: Path) -> str:
    """Bad files are named after the code they are there for: ``PE1004-unknown-key.yaml``."""
    return path.name.split("-")[0]


def diagnose(path: Path) -> tuple[Diagnostic, ...]:
    """Everything that is found wrong, warnings of a file that loads included."""
    return _read(path) if code_of(path).startswith("PE1") else _load(path)


def _read(path: Path) -> tuple[Diagnostic, ...]:
    if path.suffix != ".yaml":
        (file,) = path.glob("*.yaml")
        document, found = read_rule_file(file, shown=f"{path.name}/{file.name}")
    else:
        document, found = read_rule_file(path, shown=path.name)
    if document is None:
        return found
    report = Diagnostics()
    if document.terms is not None:
        read_terms(document.terms, document.language, report)
    for decision in document.decisions:
        if decision.value.table is not None:
            read_columns(decision.value.table, document.language, report)
    return (*found, *report.items)


def _load(path: Path) -> tuple[Diagnostic, ...]:
    text = _asked_for(path)
    asked = dict(_DIRECTIVE.findall(text))
    own = _POLICY.search(text)
    assert own is not None, path
    name, _, option = asked.get("口径", "").partition("=")
    # Below their folder the files are called the same on every machine.
    with contextlib.chdir(FOLDER):
        try:
            policy = load(
                asked.get("编号", own[1]),
                period=asked.get("办理"),
                on=asked.get("日期"),
                known_on=asked.get("截至"),
                rules=Path(asked.get("规则", path.name)),
                options={name: option} if name else None,
            )
        except PolicyEngineError as error:
            return error.diagnostics
    return (*policy.warnings, *(_analysed(path, policy, asked) if code_of(path).startswith("PE33") else ()))


def _analysed(path: Path, policy: Policy, asked: dict[str, str]) -> tuple[Diagnostic, ...]:
    with contextlib.chdir(FOLDER):
        library = Library(Path(asked.get("规则", path.name)))
        docs = tuple(version.doc for version in library.chain(policy.id, policy.period))
        versions = tuple(version.doc for version in library.versions(policy.id))
        parents = tuple(tuple(v.doc for v in library.versions(d.policy.text)) for d in docs[1:])
    return analyse(Subject(policy, docs, versions, TODAY, parents))


def _asked_for(path: Path) -> str:
    """The file with the comments; of a folder, the first one that has any."""
    texts = [
        p.read_text(encoding="utf-8") for p in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])
    ]
    return next((t for t in texts if _DIRECTIVE.search(t)), texts[0])
