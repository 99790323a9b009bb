"""`python -m desktop_app` is the command `tutti`."""

import sys

from desktop_app.cli import main

sys.exit(main())
