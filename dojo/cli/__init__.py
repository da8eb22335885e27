"""The ``kata`` command and its list of commands. Each command imports what it needs; nothing here imports torch."""

import os
import sys

import click

from dojo.cli import contributing, folders, grading, practising, watching


class _CommandsInOrder(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of use, as they are added below."""
        del ctx
        return list(self.commands)


@click.group(cls=_CommandsInOrder, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="torch-katas")
def main() -> None:
    """Practise PyTorch's fundamentals: `kata watch` judges your answer each time you save it."""


for _command in (
    folders.init,
    watching.watch,
    practising.next_,
    practising.list_,
    practising.show,
    practising.hint,
    practising.solution,
    practising.reset,
    folders.update,
    grading.grade,
    contributing.check,
    contributing.concepts,
):
    main.add_command(_command)


if os.name == "nt":  # pragma: no cover
    # A pipe on Windows may have a narrow code page: replace characters that it cannot show instead of failing.
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
