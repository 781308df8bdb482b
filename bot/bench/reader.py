"""The child process that reads files (`bot.importing.worker`), telling its peak memory on standard error."""

import json
import sys

from bot.bench.figures import peak_megabytes
from bot.importing.worker import main

if __name__ == "__main__":
    main()
    print(json.dumps(peak_megabytes()), file=sys.stderr)
