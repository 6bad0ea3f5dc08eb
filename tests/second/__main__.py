"""The judge again, from docs/measures.md alone: `python3 tests/second <run folder> …`.

Computes from the history what summary.json states, says where the two differ, and exits with 1
when a number does. Written by somebody who has not read src/judge, so that a mistake would have
to be made twice. Python 3 and zstd, or zstandard, are all it needs.
"""

import sys

sys.dont_write_bytecode = True

import compare
import history
from judged import Judged


def main(folders):
    if not folders:
        print(__doc__, file=sys.stderr)
        return 2
    differ = 0
    for folder in folders:
        try:
            stated = history.summary(folder)
            seen = compare.everything(stated, Judged(folder, stated))
        except (history.NotReadable, OSError) as why:
            print(f"{folder}: {why}", file=sys.stderr)
            return 2
        rows = [("number", "summary.json", "second judge"), *seen.differ]
        if seen.differ:
            widths = [max(len(_short(row[i])) for row in rows) for i in range(3)]
            for row in rows:
                print("  ".join(_short(cell).ljust(width) for cell, width in zip(row, widths)))
        print(f"{folder}: {seen.agreed} numbers agree, {len(seen.differ)} differ")
        differ += len(seen.differ)
    return 1 if differ else 0


def _short(cell):
    text = str(cell)
    return text if len(text) <= 100 else text[:99] + "…"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
