"""`make messages`: bring the catalogs in step with the sources, and count what is not translated.

`python -m tests.messages fr` begins the catalogs of another locale.
"""

import sys

from tests.messages.catalogs import begin, update_all

for locale in sys.argv[1:]:
    begin(locale)
for line in update_all():
    print(line)
