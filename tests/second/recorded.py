"""Owns a recorded history as a list that can be damaged and written back as a history.
Must not know what facts mean, nor why one is dropped.
"""

import json
import shutil
import subprocess
from typing import NamedTuple

import history


class Fact(NamedTuple):
    """A fact without its place: places are given anew when it is written."""

    at: int
    wall: int
    kind: str
    body: dict
    text: str       # its `what` as it was read; None when it was changed


class Recorded:
    """The facts of a run folder, the charter first."""

    def __init__(self, folder):
        self.facts = []
        for line in history.lines(folder):
            read = json.loads(line)
            ((kind, body),) = read["what"].items()
            text = line[line.index(b'"what":') + 7:-2].decode()
            self.facts.append(Fact(read["at"], read["wall"], kind, body, text))
        self.charter = self.facts[0].body

    def __iter__(self):
        return iter(self.facts)

    def bodies(self, kind):
        return [fact.body for fact in self.facts if fact.kind == kind]


def fact(at, kind, body, wall=0):
    return Fact(at, wall, kind, body, None)


def but(old, **fields):
    """The fact with other fields; None takes one away."""
    body = {key: value for key, value in (old.body | fields).items() if value is not None}
    return Fact(old.at, old.wall, old.kind, body, None)


def write(facts, path):
    """A history: a JSON line a fact, numbered from 0, in a zstd frame."""
    lines = []
    for seq, (at, wall, kind, body, text) in enumerate(facts):
        what = text or json.dumps({kind: body}, ensure_ascii=False, separators=(",", ":"))
        lines.append(f'{{"seq":{seq},"at":{at},"wall":{wall},"what":{what}}}\n')
    data = "".join(lines).encode()
    with open(path, "wb") as file:
        if shutil.which("zstd"):
            subprocess.run(["zstd", "-q", "-1", "-c"], input=data, stdout=file, check=True)
        else:
            module = __import__("zstandard")
            file.write(module.ZstdCompressor(level=1, write_checksum=True).compress(data))


def can_write():
    """Whether anything here makes a zstd frame."""
    if shutil.which("zstd"):
        return True
    try:
        return bool(__import__("zstandard"))
    except ImportError:
        return False


if __name__ == "__main__":
    raise SystemExit(0 if can_write() else 1)
