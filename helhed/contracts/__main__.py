"""`python -m helhed.contracts write|check`, for a machine where only the package is at hand."""

import sys

from helhed.contracts import main

sys.exit(main())
