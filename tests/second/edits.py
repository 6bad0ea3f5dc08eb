"""What two judges make of damaged histories: `python3 tests/second/edits.py <doorbuster> <run>`.

Takes a run that is a GO, damages its history in one way at a time, writes it back, lets the
program and the second judge look at it, and compares every number. An edit also names the best
verdict that may be left of it (none where the history must be refused). Exits with 1 when a number
differs or a verdict is too good, unless tests/second/disputed.py says why. Further arguments choose
edits by a part of their names.
"""

import gc
import multiprocessing
import os.path
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import believed                # noqa: F401, it adds its edits, and so do the next
import compare
import contrary                # noqa: F401
import disputed
import drilled                 # noqa: F401
import gone
import history
import recorded
import spoilt                  # noqa: F401
from judged import Judged

ROWS_MOST = 12
RANK = ("go", "go_with_conditions", "inconclusive", "no_go", "refused")


def shared(program, run):
    """What every process has at hand."""
    global PROGRAM, RECORDED
    PROGRAM, RECORDED = program, recorded.Recorded(run)
    gc.freeze()                     # it is there for good: nothing to look through again


def judge(place):
    """(name, the program's verdict, the second judge's, numbers agreed, those that differ)."""
    name, at_best, edit = gone.EDITS[place]
    with tempfile.TemporaryDirectory() as folder:
        return name, at_best, *_both(edit, folder)


def _both(edit, folder):
    """The two verdicts, how many numbers agree, those that differ."""
    recorded.write(edit(RECORDED), os.path.join(folder, "history.jsonl.zst"))
    told = subprocess.run(
        [PROGRAM, "report", folder], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        stated = history.summary(folder)
    except OSError:
        stated = None
    try:
        mine = Judged(folder, stated or {"invariants": []})
    except history.NotReadable as why:
        mine, reason = None, why
    if stated is None or mine is None:
        first = told.stderr.strip().split("\n")[0] if stated is None else stated["verdict"]
        second = str(reason) if mine is None else mine.verdicts.run[0]
        agree = stated is None and mine is None
        return (
            "refused" if stated is None else first, "refused" if mine is None else second,
            int(agree), [] if agree else [("refused", first, second)],
        )
    seen = compare.everything(stated, mine)
    return stated["verdict"], mine.verdicts.run[0], seen.agreed, seen.differ


def main(program, run, *only):
    if history.summary(run)["verdict"] != "go":
        print(f"{run} is no GO: what an edit does to it would not show", file=sys.stderr)
        return 2
    places = [p for p, e in enumerate(gone.EDITS) if not only or any(x in e[0] for x in only)]
    wrong = 0
    print("\t".join(("edit", "verdict", "second judge", "agree", "differ")))
    with multiprocessing.Pool(2, shared, (program, run)) as pool:
        for told in pool.imap(judge, places):
            wrong += _print(*told)
    return 1 if wrong else 0


def _print(name, at_best, first, second, agreed, differ):
    """Whether something is wrong: a number, a verdict, or a dispute that is none any more."""
    begins, why = disputed.NUMBERS.get(name, ((), None))
    open_ones = [row for row in differ if row[0].startswith(begins)] if why else []
    differ = [row for row in differ if row not in open_ones]
    too_good = RANK.index(first) < RANK.index(at_best or "refused")
    settled = bool(why) and not open_ones or name in disputed.TOO_GOOD and not too_good
    print(f"{name:54}  {first:18}  {second:18}  {agreed:6}  {len(differ):5}", flush=True)
    if too_good:
        because = disputed.TOO_GOOD.get(name)
        print(f"    {'disputed' if because else 'WRONG'}: better than {at_best or 'refused'}"
              + (f"; {because}" if because else ""))
    if open_ones:
        print(f"    disputed: {len(open_ones)} numbers; {why}")
    if settled:
        print("    WRONG: no longer disputed; take it off tests/second/disputed.py")
    for row in differ[:ROWS_MOST]:
        print("    " + "  ".join(str(cell)[:80] for cell in row))
    return bool(differ) or first != second or settled or (
        too_good and name not in disputed.TOO_GOOD
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
