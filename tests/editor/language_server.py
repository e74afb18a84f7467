"""A client of yaml-language-server, the program behind YAML in VS Code, Neovim and others: LSP over stdio."""

import itertools
import json
import queue
import subprocess
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVER = HERE / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
SETTINGS = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}
CURSOR = "‸"
PATIENCE = 30


class LanguageServer:
    """One server process and the documents that it has open."""

    def __init__(self, node):
        command = [node, SERVER, "--stdio"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.numbers = itertools.count(1)
        self.answers = {}
        self.diagnostics = {}
        self.messages = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        documentation = {"documentationFormat": ["markdown"], "snippetSupport": True}
        capabilities = {"textDocument": {"completion": {"completionItem": documentation}}}
        self.ask("initialize", processId=None, rootUri=None, capabilities=capabilities)
        self.tell("initialized")
        self.tell("workspace/didChangeConfiguration", settings=SETTINGS)

    def open(self, path, text):
        """Show a document to the server, as if an editor had opened it."""
        item = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", textDocument=item)

    def problems(self, texts):
        """What the server has to say about the text of each path: (text that is underlined, message), ...

        All are opened at once, because the server waits 0.2 s before it looks at each.
        """
        for path, text in texts.items():
            self.open(path, text)
        self._until(lambda: all(path.as_uri() in self.diagnostics for path in texts))
        return {path: self._underlined(path, text.split("\n")) for path, text in texts.items()}

    def _underlined(self, path, lines):
        return [(_marked(lines, found["range"]), found["message"]) for found in self.diagnostics.pop(path.as_uri())]

    def at(self, path, text, request):
        """The server's answer to a request at the cursor's place in a text."""
        before, _, after = text.partition(CURSOR)
        self.open(path, before + after)
        position = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        return self.ask(f"textDocument/{request}", textDocument={"uri": path.as_uri()}, position=position)

    def completions(self, path, text):
        """Labels that the server offers at the cursor."""
        return {item["label"]: item for item in self.at(path, text, "completion")["items"]}

    def hover(self, path, text):
        """The text that the server shows for the word under the cursor, as Markdown."""
        return (self.at(path, text, "hover") or {"contents": {"value": ""}})["contents"]["value"]

    def close(self):
        """End the server."""
        self.ask("shutdown")
        with self.process:
            self.tell("exit")
            self.reader.join(PATIENCE)

    def ask(self, method, **params):
        """Send a request and wait for its answer."""
        number = next(self.numbers)
        self._send({"id": number, "method": method, "params": params})
        self._until(lambda: number in self.answers)
        return self.answers.pop(number)

    def tell(self, method, **params):
        """Send a notification, which has no answer."""
        self._send({"method": method, "params": params})

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self):
        """Hand on every message until the server ends."""
        while header := self.process.stdout.readline():
            size = int(header.partition(b":")[2])
            while self.process.stdout.readline().strip():
                pass
            self.messages.put(json.loads(self.process.stdout.read(size)))
        self.messages.put(None)

    def _until(self, done):
        while not done():
            message = self.messages.get(timeout=PATIENCE)
            assert message, f"the language server ended with code {self.process.wait()}"
            assert "error" not in message, message["error"]
            if message.get("method") == "textDocument/publishDiagnostics":
                self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
            elif "method" in message and "id" in message:  # the server asks: it gets nothing
                self._send({"id": message["id"], "result": None})
            elif "id" in message:
                self.answers[message["id"]] = message["result"]


def _marked(lines, span):
    """The text of a range within one line."""
    line = lines[span["start"]["line"]]
    end = span["end"]["character"] if span["end"]["line"] == span["start"]["line"] else len(line)
    return line[span["start"]["character"] : end]
