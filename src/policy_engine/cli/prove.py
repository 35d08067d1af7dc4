"""``policy-engine prove``: what a policy says of itself under 性质, proved or refuted.

Exit codes: 0 all proved · 1 a counter-example · 2 something is neither · 3 an error · 64 wrong usage.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from policy_engine.cli.common import read_options, warn
from policy_engine.cli.texts import ask_language

REFUTED_EXIT = 1
OPEN_EXIT = 2
ERROR_EXIT = 3


@click.command("prove")
@click.argument("subject", metavar="POLICY[@YYYY-MM]|FILE")
@click.option("--period", metavar="YYYY-MM")
@click.option("--on", metavar="YYYY-MM-DD")
@click.option("--known-on", metavar="YYYY-MM-DD")
@click.option("--rules", metavar="DIR", type=click.Path())
@click.option("--option", metavar="口径=取值", multiple=True)
@click.option("--property", "names", metavar="NAME", multiple=True)
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(0.1, 3600), default=10, show_default=True)
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    subject: str,
    period: str | None,
    on: str | None,
    known_on: str | None,
    rules: str | None,
    option: Sequence[str],
    names: Sequence[str],
    timeout: float,
    format: str,
) -> None:
    from policy_engine.analysis.diff_sides import asked, sides
    from policy_engine.analysis.prove import prove, unknown_names
    from policy_engine.analysis.prove_document import proofs_document
    from policy_engine.analysis.prove_model import Verdict
    from policy_engine.analysis.prove_text import proof_lines, summary
    from policy_engine.diagnostics.errors import PolicyEngineError
    from policy_engine.diagnostics.render import render_text

    lang = ask_language(ctx)
    try:
        wanted = asked(subject, period or on, known_on, read_options(option))
        policy = sides(wanted, wanted, rules)[0].policy
        unknown_names(policy, names)
    except PolicyEngineError as error:
        click.echo(render_text(error.diagnostics, lang), err=True)
        ctx.exit(ERROR_EXIT)
    warn(policy, lang)
    proofs = []
    for proof in prove(policy, timeout, names):
        proofs.append(proof)
        if format == "text":
            click.echo("\n".join(proof_lines(proof, lang)))
    if format == "json":
        click.echo(json.dumps(proofs_document(policy, proofs, lang), ensure_ascii=False, indent=2))
    else:
        click.echo(summary(policy, proofs, lang))
    verdicts = {proof.verdict for proof in proofs}
    if Verdict.REFUTED in verdicts:
        ctx.exit(REFUTED_EXIT)
    if Verdict.OPEN in verdicts:
        ctx.exit(OPEN_EXIT)
