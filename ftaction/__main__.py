"""`python -m ftaction`."""

import sys

from ftaction.cli import main

if __name__ == "__main__":
    sys.exit(main())
