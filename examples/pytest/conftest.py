"""Starts doorbuster's mocks once, and begins them anew for each test."""

import json
import os
import pathlib
import subprocess
import time
import urllib.request

import pytest
from sync import System

SHOP = pathlib.Path(__file__).parent.parent / "shop.yaml"


class Mocks:
    def __init__(self, env):
        self.env = env
        self.control = self.system("CONTROL")

    def system(self, name):
        return System(self.env[f"DOORBUSTER_{name}_URL"], self.env[f"DOORBUSTER_{name}_TOKEN"])

    def tell(self, what, **body):
        status, told = self.control.call("POST", f"/control/{what}", body)
        assert status < 300, told
        return told

    def advance(self, seconds):
        self.tell("clock", advance_us=int(seconds * 1_000_000))

    def journal(self, query):
        """What the facts say that are asked for."""
        request = urllib.request.Request(f"{self.control.url}/control/journal?{query}")
        request.add_header("Authorization", f"Bearer {self.control.token}")
        with urllib.request.urlopen(request, timeout=10) as lines:
            return [said for line in lines for said in json.loads(line)["what"].values()]


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    env = tmp_path_factory.mktemp("mocks") / "mocks.env"
    doorbuster = os.environ.get("DOORBUSTER", "doorbuster")
    asked = [doorbuster, "serve", SHOP, "--frozen", "--faults", "told", "--env", env]
    with subprocess.Popen(asked, stdout=subprocess.DEVNULL) as mocks:
        while not env.exists():
            assert mocks.poll() is None, "doorbuster did not start"
            time.sleep(0.01)
        yield Mocks(dict(line.split("=", 1) for line in env.read_text().splitlines()))
        mocks.terminate()
    assert mocks.returncode == 0 and not env.exists()


@pytest.fixture
def mocks(served):
    served.tell("reset")
    return served
