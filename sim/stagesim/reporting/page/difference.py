"""The difference between two sides as text, as Markdown for a pull request, and as a page with the diagram drawn."""

from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from stagesim.experiments.kept.folder import Folder, versions
from stagesim.experiments.kept.manifests import MANIFEST_SCHEMA
from stagesim.experiments.kept.matter import Matter
from stagesim.reporting.page.rendering import rendered
from stagesim.reporting.page.sequence import sequence
from stagesim.testing.baselines.regression import of_mode
from stagesim.testing.difference import Report
from stagesim.testing.differences.sequence import Step, mermaid

ARROWS = {"ask": "->", "tell": "<-", "note": "  "}


def text(report: Report) -> str:
    """Plain text for a terminal."""
    lines = [_heading(report), *_body(report)]
    if report.divergence is not None:
        lines += ["around it:", *drawn_as_text(report.divergence.steps)]
    return "\n".join(lines) + "\n"


def markdown(report: Report) -> str:
    """Markdown, with the diagram in Mermaid."""
    body = "\n".join(["```text", *_body(report), "```"])
    if not report.differs:
        return f"### {_heading(report)}\n"
    drawing = "" if report.divergence is None else f"\n```mermaid\n{mermaid(report.divergence.steps)}```\n"
    return f"### {_heading(report)}\n\n{body}\n{drawing}"


def write_page(report: Report, path: Path, *, played: Markup | None = None, fresh: bool = False) -> Path:
    """Write `diff.html` and `diff.md` into a folder; the path of the page.

    `played` is the player of both sides, `fresh` replaces whatever is there.
    """
    sides = {"sides": report.names, "compared": report.compared, "seed": report.seed}
    with Folder(path, Matter("diff", {}, options=sides), fresh=fresh) as folder:
        folder.write_text("diff.md", markdown(report))
        folder.write_text("diff.html", html(report, played))
        folder.close({"schema": MANIFEST_SCHEMA, "versions": versions()})
    return path / "diff.html"


def html(report: Report, played: Markup | None = None) -> str:
    """The page, which needs nothing else; with the player of both sides, if there is one."""
    divergence = report.divergence
    return rendered(
        "difference.html.j2",
        heading=_heading(report),
        body=list(_body(report)),
        drawing="" if divergence is None else sequence(divergence.steps),
        played=played,
    )


def _heading(report: Report) -> str:
    one, other = report.names
    if not report.differs:
        number = len(report.compared)
        return f"{one} and {other} are identical in {number} session{'s' * (number > 1)}, seed {report.seed}"
    mode, replication = report.key
    return f"{one} and {other} differ in {mode}, replication {replication}, seed {report.seed}"


def _body(report: Report) -> Iterator[str]:
    if not report.differs:
        return
    if report.divergence is None:
        yield "the logs are the same"
    else:
        yield from report.divergence.lines()
    if report.changes is not None:
        yield "changed decisions on the commands of the first side:"
        yield from of_mode(report.changes)


def drawn_as_text(steps: tuple[Step, ...]) -> Iterator[str]:
    """A sequence diagram for a terminal, a line for each arrow."""
    for step in steps:
        if step.kind == "branch":
            yield f"  {step.text}:"
        elif step.kind != "end":
            yield f"    {step.who} {ARROWS[step.kind]} {step.text}"
