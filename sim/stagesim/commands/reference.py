"""`stagesim metrics` and `stagesim keys`: what a scenario may say, where there is no checkout with its documents."""

import click

from stagesim.exit_codes import ExitCode


@click.command()
@click.argument("words", nargs=-1, metavar="[WORD]...")
def metrics(words: tuple[str, ...]) -> int:
    """List the metrics, each with its unit and what it is; with words, those whose name or text has them all.

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
@click.option("--schema", is_flag=True, help="The JSON Schema of scenario files, for an editor, instead of the tables.")
def keys(schema: bool) -> int:
    """List the keys of a scenario file, in tables as Markdown.

    \b
    Example:
      stagesim keys --schema > scenario.schema.json
    """
    from stagesim.scenario.forms.json_schema import schema_text
    from stagesim.scenario.forms.key_tables import reference

    click.echo(schema_text() if schema else reference(), nl=schema is False)
    return ExitCode.DONE
