"""A small client of the Language Server Protocol: raw JSON-RPC over the stdio of a server process."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

TIMEOUT = 30.0


class Client:
    """Starts the server and talks to it. ``errors`` are the error responses, ``log`` what it wrote to stderr."""

    def __init__(self, folder: Path, lang: str = "zh", encodings: list[str] | None = None) -> None:
        words = [sys.executable, "-m", "policy_engine.cli", "--lang", lang, "lsp", "--stdio"]
        self.process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder
        )
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._log: list[str] = []
        self._id = 0
        self.errors: list[Any] = []
        self.published: dict[str, list[dict[str, Any]]] = {}
        self.told: list[str] = []
        self.versions: dict[str, int] = {}
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._drain, daemon=True).start()
        general = {"general": {"positionEncodings": encodings}} if encodings else {}
        document = {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}
        self.answer = self.request(
            "initialize",
            processId=None,
            rootUri=folder.as_uri(),
            workspaceFolders=[{"uri": folder.as_uri(), "name": "w"}],
            capabilities={
                **general,
                "textDocument": document,
                "workspace": {"workspaceEdit": {"documentChanges": True}},
            },
        )
        self.notify("initialized")

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = 0
            while header.strip():
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
                header = stream.readline()
            self._messages.put(json.loads(stream.read(length)))
        self._messages.put(None)

    def _drain(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._log.append(line.decode("utf-8", "replace"))

    @property
    def log(self) -> str:
        return "".join(self._log)

    def _send(self, **message: Any) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def notify(self, method: str, **params: Any) -> None:
        self._send(method=method, params=params)

    def request(self, method: str, **params: Any) -> Any:
        self._id += 1
        wanted = self._id
        self._send(id=wanted, method=method, **({"params": params} if params else {}))
        end = time.monotonic() + TIMEOUT
        while True:
            message = self._next(end)
            if message.get("id") == wanted and "method" not in message:
                if "error" in message:
                    self.errors.append(message["error"])
                return message.get("result")

    def _next(self, end: float) -> dict[str, Any]:
        message = self._messages.get(timeout=max(0.0, end - time.monotonic()))
        assert message is not None, f"the server has ended: {self.log}"
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.published[params["uri"]] = params["diagnostics"]
            self.told.append(params["uri"])
        elif "method" in message and "id" in message:
            self._send(id=message["id"], result=None)
        return message

    # documents

    def open(self, path: Path, text: str | None = None) -> str:
        uri = path.as_uri()
        self.versions[uri] = 1
        text = path.read_text(encoding="utf-8") if text is None else text
        item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=item)
        return uri

    def change(self, uri: str, *changes: dict[str, Any]) -> None:
        self.versions[uri] += 1
        document = {"uri": uri, "version": self.versions[uri]}
        self.notify("textDocument/didChange", textDocument=document, contentChanges=list(changes))

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """The next diagnostics of a document."""
        count = self.told.count(uri)
        end = time.monotonic() + TIMEOUT
        while self.told.count(uri) == count:
            self._next(end)
        return self.published[uri]

    def settle(self, *uris: str) -> None:
        """Wait until nothing is said of any of the documents."""
        end = time.monotonic() + TIMEOUT
        while any(self.published.get(uri, [None]) for uri in uris):
            self._next(end)

    def at(self, method: str, uri: str, line: int, character: int, **more: Any) -> Any:
        position = {"line": line, "character": character}
        return self.request(f"textDocument/{method}", textDocument={"uri": uri}, position=position, **more)

    def close_texts(self) -> None:
        for uri in self.versions:
            self.notify("textDocument/didClose", textDocument={"uri": uri})
        self.versions.clear()

    def forget(self) -> None:
        """As if nothing had been said yet."""
        self.errors.clear()
        self.published.clear()
        self.told.clear()

    def close(self) -> None:
        if self.process.poll() is None:
            self.request("shutdown")
            self.notify("exit")
            self.process.wait(10)


def place(text: str, marked: str, encoding: str = "utf-16") -> tuple[int, int]:
    """Line and column of the ``‸`` in a stretch of the text."""
    before, after = marked.split("‸")
    offset = text.index(before + after) + len(before)
    line = text.count("\n", 0, offset)
    start = text.rfind("\n", 0, offset) + 1
    if encoding == "utf-32":
        return line, offset - start
    return line, len(text[start:offset].encode("utf-16-le")) // 2
