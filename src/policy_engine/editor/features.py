"""The requests of a client, answered in the terms of the protocol. Registered by ``server.build``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from lsprotocol import types as lsp

from policy_engine.diagnostics.span import Source, Span
from policy_engine.editor.completion import Offer, What, complete
from policy_engine.editor.declared import Kind
from policy_engine.editor.desk import Desk
from policy_engine.editor.explain import explain, keyword_text, plain
from policy_engine.editor.navigation import Found, Line, definitions, folds, identities, outline, references
from policy_engine.editor.positions import Lines
from policy_engine.editor.renaming import renamable, rename
from policy_engine.editor.scan import Piece
from policy_engine.editor.site import keys_of, site
from policy_engine.editor.view import View, Views
from policy_engine.policy.formatting import format_source
from policy_engine.policy.table_view import file_of
from policy_engine.rulefile import keywords as kw

_ITEMS = {
    What.KEY: lsp.CompletionItemKind.Keyword,
    What.TERM: lsp.CompletionItemKind.Field,
    What.ENTITY: lsp.CompletionItemKind.Class,
    What.VALUE: lsp.CompletionItemKind.EnumMember,
    What.FUNCTION: lsp.CompletionItemKind.Function,
    What.CLAUSE: lsp.CompletionItemKind.Reference,
    What.NAME: lsp.CompletionItemKind.Variable,
}
_SYMBOLS = {
    None: lsp.SymbolKind.Namespace,
    Kind.TERM: lsp.SymbolKind.Field,
    Kind.ENTITY: lsp.SymbolKind.Class,
    Kind.PARAMETER: lsp.SymbolKind.Constant,
    Kind.READING: lsp.SymbolKind.Enum,
    Kind.LOOKUP: lsp.SymbolKind.Array,
    Kind.CLAUSE: lsp.SymbolKind.String,
    Kind.DECISION: lsp.SymbolKind.Function,
    Kind.PROCESS: lsp.SymbolKind.Module,
    Kind.STEP: lsp.SymbolKind.Event,
}


class _Placed(Protocol):
    """Parameters that name a place in a document."""

    @property
    def text_document(self) -> lsp.TextDocumentIdentifier: ...

    @property
    def position(self) -> lsp.Position: ...


class Features:
    """Answers about the open files of a desk; places are in the encoding agreed upon."""

    def __init__(self, desk: Desk, lang: str) -> None:
        self.desk, self.lang = desk, lang
        self.encoding = "utf-16"
        self.views = Views(desk)

    def _at(self, params: _Placed) -> tuple[View, int] | None:
        view = self.views.of(params.text_document.uri)
        if view is None:
            return None
        place = params.position.line, params.position.character
        return view, self._lines(view.paper.text).offset(place)

    def _lines(self, text: str) -> Lines:
        return Lines(text, self.encoding)

    def _range(self, lines: Lines, start: int, end: int) -> lsp.Range:
        return lsp.Range(lsp.Position(*lines.place(start)), lsp.Position(*lines.place(end)))

    def _location(self, found: Found | Span) -> lsp.Location:
        if isinstance(found, Span):
            uri, text = Path(file_of(found.source)).as_uri(), found.source.text
        else:
            uri, text = found.paper.uri, found.paper.text
        return lsp.Location(uri, self._range(self._lines(text), found.start, found.end))

    # requests

    def completion(self, params: lsp.CompletionParams) -> lsp.CompletionList | None:
        at = self._at(params)
        if at is None:
            return None
        view, offset = at
        lines = self._lines(view.paper.text)
        offers = complete(view, offset, self.lang)
        return lsp.CompletionList(False, [self._item(o, n, lines, offset) for n, o in enumerate(offers)])

    def _item(self, offer: Offer, number: int, lines: Lines, offset: int) -> lsp.CompletionItem:
        where = self._range(lines, offer.start, offset)
        help_ = lsp.MarkupContent(lsp.MarkupKind.Markdown, offer.help) if offer.help else None
        return lsp.CompletionItem(
            label=offer.label,
            kind=_ITEMS[offer.what],
            detail=offer.note or None,
            documentation=help_,
            sort_text=f"{number:05d}",
            filter_text=offer.insert or offer.label,
            text_edit=lsp.TextEdit(where, offer.insert or offer.label),
        )

    def hover(self, params: lsp.HoverParams) -> lsp.Hover | None:
        at = self._at(params)
        if at is None:
            return None
        view, offset = at
        token = view.token(offset)
        if token is not None:
            text = "\n\n---\n\n".join(explain(view.names, i, self.lang) for i in token.meanings)
            return self._hover(text, view, token.piece)
        return self._keyword(view, offset)

    def _keyword(self, view: View, offset: int) -> lsp.Hover | None:
        """The help of a key."""
        language = view.paper.language
        for entry in view.paper.outline.entries:
            if not entry.key.holds(offset):
                continue
            here = site(entry.path, language)
            model = keys_of(here) if here.known else None
            field = kw.field_of(model, entry.key.text, language) if model is not None else None
            if model is None or field is None:
                return None
            text = keyword_text(model, field, language, self.lang)
            return self._hover(f"**{plain(entry.key.text)}**\n\n{text}", view, entry.key) if text else None
        return None

    def _hover(self, text: str, view: View, piece: Piece) -> lsp.Hover:
        where = self._range(self._lines(view.paper.text), piece.start, piece.end)
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), where)

    def definition(self, params: lsp.DefinitionParams) -> list[lsp.Location] | None:
        at = self._at(params)
        return [self._location(found) for found in definitions(*at)] if at is not None else None

    def references(self, params: lsp.ReferenceParams) -> list[lsp.Location] | None:
        at = self._at(params)
        if at is None:
            return None
        view, offset = at
        wanted = identities(view, offset)
        found = references(self.desk, view, wanted)
        if not params.context.include_declaration:
            places = [p for i in wanted for p in view.names.places.get(i, ())]
            declared = {(p.paper.uri, p.declared.piece.start) for p in places}
            found = tuple(f for f in found if (f.paper.uri, f.start) not in declared)
        return [self._location(f) for f in found]

    def prepare_rename(self, params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
        """Raises CannotRename."""
        at = self._at(params)
        if at is None:
            return None
        found, group = renamable(*at)
        where = self._range(self._lines(found.paper.text), found.start, found.end)
        return lsp.PrepareRenamePlaceholder(where, group[0].name)

    def rename(self, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        """Raises CannotRename."""
        at = self._at(params)
        if at is None:
            return None
        changes: list[lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile] = []
        for edit in rename(self.desk, *at, params.new_name):
            lines, opened = self._lines(edit.paper.text), self.desk.opened(edit.paper.uri)
            edits: list[lsp.TextEdit | lsp.AnnotatedTextEdit | lsp.SnippetTextEdit] = [
                lsp.TextEdit(self._range(lines, p.start, p.end), params.new_name.strip()) for p in edit.places
            ]
            number = opened.version if opened is not None else None
            document = lsp.OptionalVersionedTextDocumentIdentifier(edit.paper.uri, number)
            changes.append(lsp.TextDocumentEdit(document, edits))
        return lsp.WorkspaceEdit(document_changes=changes)

    def symbols(self, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol] | None:
        paper = self.desk.paper(params.text_document.uri)
        if paper is None:
            return None
        lines = self._lines(paper.text)
        return [self._symbol(line, lines) for line in outline(paper)]

    def _symbol(self, line: Line, lines: Lines) -> lsp.DocumentSymbol:
        return lsp.DocumentSymbol(
            name=line.name,
            kind=_SYMBOLS.get(line.kind, lsp.SymbolKind.Variable),
            range=self._range(lines, line.piece.start, line.end),
            selection_range=self._range(lines, line.piece.start, line.piece.end),
            detail=line.detail or None,
            children=[self._symbol(child, lines) for child in line.children] or None,
        )

    def folding(self, params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange] | None:
        paper = self.desk.paper(params.text_document.uri)
        return [lsp.FoldingRange(a, b) for a, b in folds(paper)] if paper is not None else None

    def formatting(self, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
        """The whole text anew; nothing where it cannot be read or is in order."""
        opened = self.desk.opened(params.text_document.uri)
        if opened is None or opened.path is None:
            return None
        found = format_source(Source(str(opened.path), opened.text), opened.path)
        if found.after is None or not found.changed:
            return []
        lines = self._lines(opened.text)
        return [lsp.TextEdit(self._range(lines, 0, len(opened.text)), found.after)]

    def actions(self, params: lsp.CodeActionParams) -> list[lsp.CodeAction | lsp.Command]:
        """Corrections that the diagnostics under the cursor carry along."""
        uri = params.text_document.uri
        opened = self.desk.opened(uri)
        found: list[lsp.CodeAction | lsp.Command] = []
        for item in params.context.diagnostics:
            text = item.data.get("repair") if isinstance(item.data, dict) else None
            if opened is None or not isinstance(text, str):
                continue
            document = lsp.OptionalVersionedTextDocumentIdentifier(uri, opened.version)
            edit = lsp.TextDocumentEdit(document, [lsp.TextEdit(item.range, text)])
            found.append(
                lsp.CodeAction(
                    title=f"replace by “{text}”" if self.lang == "en" else f"改为“{text}”",
                    kind=lsp.CodeActionKind.QuickFix,
                    diagnostics=[item],
                    edit=lsp.WorkspaceEdit(document_changes=[edit]),
                    is_preferred=True,
                )
            )
        return found


def triggers() -> Iterable[str]:
    """Characters after which a list of what may follow is of use."""
    return (".", "|", "｜", " ", '"', "“", "：", ":", "[", ",", "、")
