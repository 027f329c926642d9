"""`benchbridge history`: whether what is written down still is what was written."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from marketplace.cli.answering import answer, json_option
from marketplace.cli.deployment import deployed
from marketplace.history.copies import SealCopies
from marketplace.history.queries import Finding, Report, verify
from marketplace.history.queries.verifying import CANNOT_SEE
from marketplace.wording.chains import finding_sentence, limit_sentence


@click.group("history")
def command() -> None:
    """What happened: chains, seals and their copies."""


@command.command("verify")
@json_option
@click.pass_context
def verify_command(context: click.Context, as_json: bool) -> None:
    """Look for changed, lost and inserted rows; exit 1 where there are any."""
    with deployed() as (settings, database), database.reading() as session:
        # One snapshot for all of it: what others write meanwhile is for the next time.
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        report = verify(session, SealCopies(settings.seals_url, settings.instance))
    answer(as_json_document(report), as_text(report), as_json=as_json)
    context.exit(0 if report.whole else 1)


def as_json_document(report: Report) -> dict[str, Any]:
    """The report for machines."""
    return {
        "whole": report.whole,
        "subjects": report.subjects,
        "entries": report.entries,
        "erased_texts": report.erased_texts,
        "seals": report.seals,
        "copies": report.copies,
        "unsealed": report.unsealed,
        "found": dict(report.found),
        "findings": [_as_json(finding) for finding in report.findings],
        "cannot_see": list(CANNOT_SEE),
    }


def as_text(report: Report) -> str:
    """The report for people."""
    counts = (
        f"{report.entries} entries of {report.subjects} subjects, {report.erased_texts} texts erased; "
        f"{report.seals} seals with {report.copies} copies, {report.unsealed} entries not sealed yet."
    )
    lines = [counts, *(f"  {_as_line(finding)}" for finding in report.findings)]
    hidden = report.found.total() - len(report.findings)
    if hidden:
        lines.append(f"  and {hidden} more")
    lines.append("Nothing was found." if report.whole else f"{report.found.total()} findings.")
    lines += ["What this cannot see:", *(f"  - {limit_sentence(code, 'en')}" for code in CANNOT_SEE)]
    return "\n".join(lines)


def _as_json(finding: Finding) -> dict[str, Any]:
    subject = None if finding.subject is None else {"kind": finding.subject.kind, "id": str(finding.subject.id)}
    return {**asdict(finding), "subject": subject}


def _as_line(finding: Finding) -> str:
    where = "" if finding.subject is None else f"{finding.subject.kind} {finding.subject.id}"
    number = "" if finding.number is None else f"#{finding.number}"
    return f"{' '.join(part for part in (where, number) if part)}: {finding_sentence(finding.code, 'en')}"
