"""The server: it speaks the Language Server Protocol over stdio and leaves the thinking to the modules beside it.

Loaded by ``policy-engine lsp`` alone, for pygls is an extra.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.uris import to_fs_path

from policy_engine.diagnostics.errors import PolicyEngineError
from policy_engine.editor.desk import Desk
from policy_engine.editor.diagnosing import Found, diagnose
from policy_engine.editor.features import Features, triggers
from policy_engine.editor.pages import CodePages
from policy_engine.editor.positions import Lines, replaced
from policy_engine.editor.renaming import CannotRename
from policy_engine.editor.reports import Reports
from policy_engine.editor.shelf import extends_id, policy_id

DELAY = 0.25  # seconds of quiet before a text is looked at
_LOG = logging.getLogger("policy_engine.editor")
_REQUEST_FAILED = int(lsp.LSPErrorCodes.RequestFailed)
R = TypeVar("R")


class _Protocol(LanguageServerProtocol):
    """Texts are kept by the desk: pygls splits lines where the protocol does not (U+2028, form feeds)."""

    @lsp_method(lsp.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: lsp.DidOpenTextDocumentParams) -> Any:
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: lsp.DidChangeTextDocumentParams) -> Any:
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: lsp.DidCloseTextDocumentParams) -> Any:
        yield self.fm.features[lsp.TEXT_DOCUMENT_DID_CLOSE], (params,), None


class Server(LanguageServer):
    """One client, its open files, and one thread that reads and binds them."""

    def __init__(self, lang: str) -> None:
        super().__init__("policy-engine", version("policy-engine"), protocol_cls=_Protocol)
        self.lang = lang
        self.desk = Desk()
        self.features = Features(self.desk, lang)
        self.pages = CodePages()
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._reported: dict[str, dict[str, list[lsp.Diagnostic]]] = {}
        self._thread = ThreadPoolExecutor(1, "policy-engine-lsp")

    @property
    def encoding(self) -> str:
        return str(self.workspace.position_encoding or "utf-16").rpartition(".")[2].lower()

    def lines(self, text: str) -> Lines:
        return Lines(text, self.encoding)

    # texts

    def open_text(self, uri: str, text: str, number: int) -> None:
        self.desk.put(uri, path_of(uri), text, number)
        self.changed(uri)

    def change_text(self, params: lsp.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        opened = self.desk.opened(uri)
        text = opened.text if opened is not None else ""
        for change in params.content_changes:
            if isinstance(change, lsp.TextDocumentContentChangePartial):
                start, end = change.range.start, change.range.end
                places = (start.line, start.character), (end.line, end.character)
                text = replaced(self.lines(text), *places, change.text)
            else:
                text = change.text
        self.desk.put(uri, path_of(uri), text, params.text_document.version)
        self.changed(uri)

    def close_text(self, uri: str) -> None:
        text = opened.text if (opened := self.desk.opened(uri)) else ""
        self.desk.drop(uri)
        if uri in self._waiting:
            self._waiting.pop(uri).cancel()
        self._report(uri, {})
        self._others(uri, policy_id(text))

    def changed(self, uri: str) -> None:
        opened = self.desk.opened(uri)
        if opened is not None:
            self.look_at(uri)
            self._others(uri, policy_id(opened.text))

    def _others(self, uri: str, id_: str) -> None:
        """Open files that extend this one, or that do not bind and may be waiting for it."""
        for other in self.desk.all():
            if other.uri == uri:
                continue
            lineage = other.bound.policy.lineage if other.bound is not None else None
            if lineage is None or id_ in lineage or extends_id(other.text) == id_:
                self.look_at(other.uri)

    # diagnostics

    def look_at(self, uri: str) -> None:
        """Look at a text once nothing has been typed for a moment; what was waiting is given up."""
        if uri in self._waiting:
            self._waiting[uri].cancel()
        self._waiting[uri] = asyncio.get_running_loop().create_task(self._look(uri))

    async def _look(self, uri: str) -> None:
        await asyncio.sleep(DELAY)
        opened = self.desk.opened(uri)
        if opened is None:
            return
        texts, workspace, kept = self.desk.texts, self.desk.workspace, self.desk.kept
        over = False

        def work() -> Found:
            if over:
                return Found(())
            return diagnose(opened.text, opened.path, texts, workspace, kept, lambda: over)

        try:
            found = await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except asyncio.CancelledError:
            over = True
            raise
        except Exception as error:  # a fault of ours must not end the server: the text stays without findings
            self.fault("diagnostics", error)
            return
        now = self.desk.opened(uri)
        if now is None or now.text != opened.text:
            return
        if found.bound is not None:
            self.desk.bind(uri, found.bound)
        reports = Reports(self.encoding, self.lang, self.pages.uri)
        self._report(uri, reports.by_uri(uri, opened.path, opened.text, found.diagnostics), opened.version)

    def _report(self, owner: str, found: dict[str, list[lsp.Diagnostic]], number: int | None = None) -> None:
        """Publish what an open file says of itself and of its tables, and clear what it no longer says."""
        before = self._reported.pop(owner, {})
        if found:
            self._reported[owner] = found
        for uri in dict.fromkeys((*found, *before)):
            told: list[lsp.Diagnostic] = []
            for reports in self._reported.values():
                told += [item for item in reports.get(uri, ()) if item not in told]
            params = lsp.PublishDiagnosticsParams(uri, told, number if uri == owner else None)
            self.text_document_publish_diagnostics(params)

    # requests

    def guarded(self, what: str, answer: Callable[[], R]) -> R | None:
        """The answer; nothing, with a line in the log, where one of our own modules fails."""
        try:
            return answer()
        except CannotRename:
            raise
        except PolicyEngineError:
            return None
        except Exception as error:  # the client gets no answer rather than an error
            self.fault(what, error)
            return None

    def renaming(self, answer: Callable[[], R]) -> R:
        """A refusal is told as the protocol wants it: the request failed, and why."""
        try:
            return answer()
        except CannotRename as error:
            raise JsonRpcException(error.text(self.lang), _REQUEST_FAILED) from None

    def fault(self, what: str, error: Exception) -> None:
        _LOG.error("%s: %s: %s", what, type(error).__name__, error)

    def end(self) -> None:
        for task in self._waiting.values():
            task.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)
        self.pages.close()


def path_of(uri: str) -> Path | None:
    """The path of a file URI; None for a text that was never saved."""
    if not uri.startswith("file:"):
        return None
    found = to_fs_path(uri)
    return Path(found) if found else None


def build(lang: str = "zh") -> Server:
    """A server with everything it can do, not yet started."""
    server = Server(lang)

    @server.feature(lsp.INITIALIZE)
    def initialize(ls: Server, params: lsp.InitializeParams) -> None:
        uris = [f.uri for f in params.workspace_folders or ()] or [params.root_uri or ""]
        ls.desk.workspace = tuple(p for uri in uris if (p := path_of(uri)) is not None)
        ls.features.encoding = ls.encoding

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(ls: Server, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        gone = {path_of(f.uri) for f in params.event.removed}
        more = [p for f in params.event.added if (p := path_of(f.uri)) is not None]
        ls.desk.workspace = (*(p for p in ls.desk.workspace if p not in gone), *more)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: Server, params: lsp.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        ls.open_text(item.uri, item.text, item.version)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: Server, params: lsp.DidChangeTextDocumentParams) -> None:
        ls.change_text(params)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: Server, params: lsp.DidCloseTextDocumentParams) -> None:
        ls.close_text(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def did_save(ls: Server, params: lsp.DidSaveTextDocumentParams) -> None:
        ls.changed(params.text_document.uri)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(ls: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
        for opened in ls.desk.all():
            ls.look_at(opened.uri)

    _answers(server)

    @server.feature(lsp.SHUTDOWN)
    def shutdown(ls: Server, *_: Any) -> None:
        ls.end()

    return server


def _answers(server: Server) -> None:
    """The requests that only look."""
    ask, its = server.guarded, server.features
    plain: dict[str, Callable[[Any], Any]] = {
        lsp.TEXT_DOCUMENT_HOVER: its.hover,
        lsp.TEXT_DOCUMENT_DEFINITION: its.definition,
        lsp.TEXT_DOCUMENT_REFERENCES: its.references,
        lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL: its.symbols,
        lsp.TEXT_DOCUMENT_FOLDING_RANGE: its.folding,
        lsp.TEXT_DOCUMENT_FORMATTING: its.formatting,
    }
    for method, answer in plain.items():
        server.feature(method)(_handler(server, method, answer))
    completing = lsp.CompletionOptions(trigger_characters=list(triggers()))
    server.feature(lsp.TEXT_DOCUMENT_COMPLETION, completing)(_handler(server, "completion", its.completion))
    acting = lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])
    server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, acting)(_handler(server, "codeAction", its.actions))

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(ls: Server, params: lsp.PrepareRenameParams) -> Any:
        return ls.renaming(lambda: ask("prepareRename", lambda: its.prepare_rename(params)))

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    def rename(ls: Server, params: lsp.RenameParams) -> Any:
        return ls.renaming(lambda: ask("rename", lambda: its.rename(params)))


def _handler(server: Server, what: str, answer: Callable[[Any], R]) -> Callable[[Any], R | None]:
    def handle(params: Any) -> R | None:
        return server.guarded(what, lambda: answer(params))

    return handle


def serve(lang: str = "zh") -> None:
    """Serve one client on stdin and stdout until it leaves."""
    logging.basicConfig(level=logging.ERROR, format="%(name)s: %(message)s")
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_not_a_refusal)
    build(lang).start_io()


def _not_a_refusal(record: logging.LogRecord) -> bool:
    """A name that cannot be changed is an answer, not a fault to be logged."""
    error = record.exc_info[1] if record.exc_info else None
    return not (isinstance(error, JsonRpcException) and error.code == _REQUEST_FAILED)
