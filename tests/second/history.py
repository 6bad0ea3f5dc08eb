"""Owns reading a run folder: the charter, the facts in their order, and how the history ends.
Must not know what facts mean.

A fact is handed out as (seq, at, kind, body, wall). Time may step back a little between two facts;
the later of the two counts, and that is done here, once.
"""

import json
import os
import shutil
import subprocess

BLOCK_BYTES = 1 << 20
# Of docs/results.md; a line of another kind is no fact, and the record stops before it.
KINDS = frozenset(
    "sent answered unsent resolved supply accepted turned_away paid released shown priced listed "
    "stock price_set listing_set delivered held oms_cancelled shipped noticed pushed handoff_tried "
    "gave_up queue stalled harness traffic_ended quiet ended rule_set "
    "fault fault_hits acted alert carted cart_ended party edited amended "
    "dispatched acknowledged".split()
)


class NotReadable(Exception):
    """The folder holds no history that can be read here, in words."""


def summary(folder):
    """The run's summary.json."""
    with open(os.path.join(folder, "summary.json"), encoding="utf-8") as file:
        return json.load(file)


class History:
    """The charter at once, the facts as they are asked for; `complete` when they are exhausted."""

    def __init__(self, folder):
        self._lines = lines(folder)
        self.charter = None
        self.ending = None
        self.after_end = 0           # facts after the end: counted, not judged
        self.count = 0
        self.back = 0                # the furthest that time stepped back
        first = next(self._lines, None)
        if first is None:
            raise NotReadable(f"{folder}: the history is empty")
        what = json.loads(first)["what"]
        if "charter" not in what:
            raise NotReadable(f"{folder}: the history does not begin with a charter")
        self.charter = what["charter"]
        self.count = 1

    def __iter__(self):
        now = 0
        for line in self._lines:
            try:
                fact = json.loads(line.decode())
            except ValueError:
                return
            if fact["seq"] != self.count:
                raise NotReadable(f"fact {self.count} is missing")
            ((kind, body),) = fact["what"].items()
            if kind not in KINDS or kind == "rule_set" and "shows_at_most" not in body["rule"]:
                return
            self.count += 1
            if self.ending is not None:
                self.after_end += 1
                continue
            now = max(now, fact["at"])
            self.back = max(self.back, now - fact["at"])
            self.ending = body["why"] if kind == "ended" else None
            yield fact["seq"], now, kind, body, fact["wall"]


def _module():
    try:
        return __import__("zstandard")
    except ImportError:
        return None


def _command():
    for name in ("zstd", "unzstd"):
        found = shutil.which(name)
        if found:
            return [found, "-dc"]
    return [shutil.which("zstdcat")] if shutil.which("zstdcat") else None


def lines(folder):
    """Whole lines of a run's history, many zstd frames; a torn end is left out."""
    path = os.path.join(folder, "history.jsonl.zst")
    if not os.path.exists(path):
        raise NotReadable(f"{path} is not there")
    module, command = _module(), _command()
    if command is not None:
        with subprocess.Popen(
            command + [path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as reader:
            yield from (line for line in reader.stdout if line.endswith(b"\n"))
    elif module is not None:
        with open(path, "rb") as file:
            reader = module.ZstdDecompressor().stream_reader(file, read_across_frames=True)
            yield from _split(reader)
    else:
        raise NotReadable("nothing here undoes zstd: install zstd, or zstandard for Python")


def _split(reader):
    rest = b""
    while True:
        try:
            block = reader.read(BLOCK_BYTES)
        except Exception:  # the torn end of a file: what came before it stands
            return
        if not block:
            return
        *whole, rest = (rest + block).split(b"\n")
        yield from whole
