import sys

from grappe.cli import main

sys.exit(main())
