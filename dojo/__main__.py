"""Start the ``kata`` command. Ctrl-C prints one word, not a traceback, even while modules are loading."""

import sys


def main() -> None:
    """Run the command."""
    try:
        from dojo.cli import main as command
    except KeyboardInterrupt:
        sys.stderr.write("Aborted!\n")
        raise SystemExit(1) from None
    command(prog_name="kata")


if __name__ == "__main__":
    main()
