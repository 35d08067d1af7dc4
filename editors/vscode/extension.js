// Starts `policy-engine lsp` and leaves everything else to it.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = () => {
  const settings = workspace.getConfiguration("policyEngine");
  const args = ["--lang", settings.get("language"), "lsp"];
  client = new LanguageClient(
    "policyEngine",
    "policy-engine",
    { command: settings.get("command"), args },
    {
      documentSelector: [{ scheme: "file", pattern: settings.get("files") }],
      synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.{yaml,yml,csv,xlsx}") },
    },
  );
  return client.start();
};

exports.deactivate = () => client && client.stop();
