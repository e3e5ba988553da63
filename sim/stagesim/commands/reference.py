"""What may be said, and what is answered, where there is no checkout with its documents: hints name these commands."""

import click

from stagesim.exit_codes import ExitCode


@click.command()
@click.argument("words", nargs=-1, metavar="[WORD]...")
def metrics(words: tuple[str, ...]) -> int:
    """List the metrics, each with its unit and its meaning.

    With words, those are listed whose name or meaning has all of them.

    \b
    Example:
      stagesim metrics time stage
    """
    from stagesim.metric_table import METRICS

    asked = [word.lower() for word in words]
    found = [each for each in METRICS if all(word in f"{each.name} {each.definition}".lower() for word in asked)]
    if not found:
        hint = f"`stagesim metrics` lists all {len(METRICS)}"
        raise click.UsageError(f"no metric has `{' '.join(words)}`\n  hint: {hint}")
    for each in found:
        parts = ", also of groups and clients" if each.split else ""
        click.echo(f"{each.name} ({each.unit}{parts})\n  {each.definition}")
    return ExitCode.DONE


@click.command()
def keys() -> int:
    """List the keys of a scenario file, as tables in Markdown.

    \b
    Example:
      stagesim keys
    """
    from stagesim.scenario.forms.key_tables import reference

    click.echo(reference())
    return ExitCode.DONE


@click.command()
def schema() -> int:
    """Print the JSON Schema of scenario files, with which an editor checks them.

    \b
    Example:
      stagesim schema > scenario.schema.json
    """
    from stagesim.scenario.forms.json_schema import schema_text

    click.echo(schema_text(), nl=False)
    return ExitCode.DONE


@click.command()
def rules() -> int:
    """Print the rules of the stage, as tables in Markdown, with all words that a variant of them may use.

    \b
    Example:
      stagesim rules
    """
    from stageaccess.tables import as_markdown

    click.echo(as_markdown())
    return ExitCode.DONE


@click.command()
def protocol() -> int:
    """Print the page on the line protocol, which a program has to speak to be tried with `--engine`.

    \b
    Example:
      stagesim protocol
    """
    from stagesim.pages import page

    click.echo(page("protocol.md"), nl=False)
    return ExitCode.DONE
