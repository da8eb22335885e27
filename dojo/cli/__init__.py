"""The ``kata`` command: a table of contents. Nothing here imports torch; each command imports what it needs."""

import os
import sys

import click

from dojo.cli import contributing, folders, grading, practising, watching


class _Contents(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of use, as they are listed below."""
        del ctx
        return list(self.commands)


@click.group(cls=_Contents, context_settings={"help_option_names": ["-h", "--help"]})
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
    # A pipe on Windows may be of a narrow code page: replace what it cannot show, rather than stop.
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
