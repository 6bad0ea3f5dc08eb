// Starts doorbuster's mocks, and commands them.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { System } from "./sync.mjs";

const SHOP = fileURLToPath(new URL("../shop.yaml", import.meta.url));

export class Mocks {
  static async serve() {
    const env = join(mkdtempSync(join(tmpdir(), "mocks-")), "mocks.env");
    const program = process.env.DOORBUSTER ?? "doorbuster";
    const asked = ["serve", SHOP, "--frozen", "--faults", "told", "--env", env];
    const child = spawn(program, asked, { stdio: "ignore" });
    while (!existsSync(env)) {
      if (child.exitCode !== null) throw new Error("doorbuster did not start");
      await sleep(10);
    }
    const lines = readFileSync(env, "utf8").trim().split("\n");
    return new Mocks(child, Object.fromEntries(lines.map((line) => line.split(/=(.*)/s, 2))));
  }

  constructor(child, env) {
    Object.assign(this, { child, env });
    this.control = this.system("CONTROL");
  }

  system(name) {
    return new System(this.env[`DOORBUSTER_${name}_URL`], this.env[`DOORBUSTER_${name}_TOKEN`]);
  }

  async tell(what, body = {}) {
    const told = await this.control.call("POST", `/control/${what}`, body);
    if (told.status >= 300) throw new Error(JSON.stringify(told.body));
    return told.body;
  }

  advance = (seconds) => this.tell("clock", { advance_us: seconds * 1_000_000 });

  /** What the facts say that are asked for. */
  async journal(query) {
    const headers = { authorization: `Bearer ${this.control.token}` };
    const answer = await fetch(`${this.control.url}/control/journal?${query}`, { headers });
    const lines = (await answer.text()).split("\n").filter((line) => line !== "");
    return lines.flatMap((line) => Object.values(JSON.parse(line).what));
  }

  async close() {
    const closed = new Promise((done) => this.child.once("exit", done));
    this.child.kill("SIGTERM");
    return closed;
  }
}
