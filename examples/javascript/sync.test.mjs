// What an integration does between mocks, without a second of sleep.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Mocks } from "./mocks.mjs";
import { Sync } from "./sync.mjs";

let mocks, sync;
before(async () => { mocks = await Mocks.serve(); });
after(async () => assert.equal(await mocks.close(), 0));
beforeEach(async () => {
  await mocks.tell("reset");
  const [oms, channel] = [mocks.system("OMS"), mocks.system("MARKETPLACE")];
  sync = new Sync(oms, channel, { wait: mocks.advance });
});

const shown = async (sku) => {
  const facts = await mocks.journal(`kind=shown&channel=marketplace&sku=${sku}`);
  return facts.at(-1).qty;
};

test("stock comes to the channel after its delay", async () => {
  await mocks.tell("stock", { sku: 3, available: 41 });
  await sync.stock();
  assert.notEqual(await shown(3), 41, "the marketplace takes half a minute");
  await mocks.advance(30);
  assert.equal(await shown(3), 41);
});

test("a throttled update is sent again, and without a retry would be lost", async () => {
  for (const attempts of [4, 1]) {
    await mocks.tell("reset");
    sync = new Sync(sync.oms, sync.channel, { attempts, wait: mocks.advance });
    for (const sku of [0, 1, 2, 3]) await mocks.tell("stock", { sku, available: 50 });
    if (attempts === 1) sync.wait = async () => {};
    await sync.stock();
    await mocks.advance(3600);
    const all = await Promise.all([0, 1, 2, 3].map(shown));
    assert.equal(all.every((qty) => qty === 50), attempts === 4, String(all));
  }
});

test("an order is held once though the reply was lost", async () => {
  await mocks.tell("stock", { sku: 7, available: 9 });
  await sync.stock();
  await mocks.advance(30);
  await mocks.tell("orders", { channel: "marketplace", lines: [{ sku: 7, qty: 2 }] });
  await mocks.advance(60);
  await mocks.tell("faults", { fault: "lost replies", in_force: true });
  sync.wait = () => mocks.tell("faults", { fault: "lost replies", in_force: false });
  await sync.handoffs();
  assert.ok((await mocks.journal("kind=delivered")).length > 1, "it was sent again");
  assert.equal((await mocks.journal("kind=held")).length, 1);
});
