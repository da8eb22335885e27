"""The ``kata`` command from its first moment on: Ctrl-C is answered in one word also while it is loading."""

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
