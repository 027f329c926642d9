"""`benchbridge evidence`: packs of evidence checked from their archive alone."""

from __future__ import annotations

from pathlib import Path

import click

from marketplace.cli.answering import answer, json_option
from marketplace.spillovers.packs.verifying import Verdict, verify
from marketplace.wording.packs import finding_sentence

# A pack with a fault in each row would tell it for each; more than these help nobody.
MOST_TOLD = 100


@click.group("evidence")
def command() -> None:
    """Packs of evidence."""


@command.command("verify")
@click.argument("pack", metavar="PACK.zip", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--digest", metavar="SHA256", help="What the page of the pack shows: the archive has to be that one.")
@json_option
@click.pass_context
def verified(context: click.Context, *, pack: Path, digest: str | None, as_json: bool) -> None:
    """Compute every figure of PACK.zip anew from the archive alone; exit 1 where one differs."""
    verdict = verify(pack, digest)
    if verdict.holds:
        answer(_document(verdict), f"{verdict.figures} figures and {verdict.files} files agree.", as_json=as_json)
        return
    if as_json:
        answer(_document(verdict), "", as_json=True)
    for finding in verdict.findings[:MOST_TOLD]:
        click.echo(finding_sentence(finding, "en"), err=True)
    if len(verdict.findings) > MOST_TOLD:
        click.echo(f"... and {len(verdict.findings) - MOST_TOLD} more.", err=True)
    context.exit(1)


def _document(verdict: Verdict) -> dict[str, object]:
    return {
        "holds": verdict.holds,
        "figures": verdict.figures,
        "files": verdict.files,
        "findings": [
            {
                "code": each.code,
                "file": each.file,
                "details": dict(each.details),
                "message": finding_sentence(each, "en"),
            }
            for each in verdict.findings
        ],
    }
