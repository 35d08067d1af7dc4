"""``policy-engine lsp``: the language server for editors, on stdin and stdout."""

from __future__ import annotations

from importlib.util import find_spec

import click

from policy_engine.cli.texts import ask_language


@click.command("lsp")
@click.option("--stdio", is_flag=True)
@click.pass_context
def command(ctx: click.Context, /, stdio: bool) -> None:
    """``--stdio`` is what editors add by themselves; there is no other way to talk."""
    lang = ask_language(ctx)
    if find_spec("pygls") is None:
        raise click.ClickException(_SAYS[lang])
    from policy_engine.editor.server import serve

    serve(lang)


_SAYS = {
    "zh": "没有安装 pygls：运行 pip install 'policy-engine[editor]'",
    "en": "pygls is not installed: run pip install 'policy-engine[editor]'",
}
