"""YAML that is data, not rules: mappings, lists and raw text, with the same refusals as rule files."""

from __future__ import annotations

from policy_engine.diagnostics.diagnostic import Diagnostics
from policy_engine.diagnostics.span import Source
from policy_engine.rulefile.nodes import Mapping, Node, Scalar
from policy_engine.rulefile.tree import read_tree


def read_plain(source: Source, report: Diagnostics) -> object:
    """Every scalar as the text that was written (``001234`` stays ``001234``); a blank value is None."""
    node = read_tree(source, report)
    return _plain(node) if node is not None else None


def _plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return None if node.is_blank else node.text
    if isinstance(node, Mapping):
        return {entry.key.text: _plain(entry.value) for entry in node.entries}
    return [_plain(item) for item in node.items]
