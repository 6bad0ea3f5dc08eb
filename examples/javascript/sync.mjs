// A tiny integration, which the tests are about. Yours stands in its place.
const TRY_AGAIN = [0, 429, 503];

/** A system of the neutral API. */
export class System {
  constructor(url, token) {
    Object.assign(this, { url, token });
  }

  /** Status and body; status 0 where no answer comes. */
  async call(method, path, body, key) {
    const headers = { authorization: `Bearer ${this.token}`, "content-type": "application/json" };
    if (key !== undefined) headers["idempotency-key"] = String(key);
    try {
      const answer = await fetch(this.url + path, { method, headers, body: JSON.stringify(body) });
      return { status: answer.status, body: await answer.json() };
    } catch {
      return { status: 0 };
    }
  }
}

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

/** Carries stock from the source to a channel, and orders from the channel to the source. */
export class Sync {
  changes = 0;
  orders = 0;

  constructor(oms, channel, { wait = sleep, attempts = 4 } = {}) {
    Object.assign(this, { oms, channel, wait, attempts });
  }

  async put(system, path, body, key) {
    for (let attempt = 1; attempt <= this.attempts; attempt++) {
      const { status } = await system.call("POST", path, body, key);
      if (!TRY_AGAIN.includes(status)) return;
      await this.wait(30 * attempt);
    }
  }

  async stock() {
    const { body } = await this.oms.call("GET", `/changes?after=${this.changes}`);
    const levels = new Map(body.changes.flatMap(({ stock }) => (stock ? [[stock.sku, stock]] : [])));
    for (const { sku, version, available } of levels.values()) {
      const item = { sku, version, change: { absolute: Math.max(0, available) } };
      await this.put(this.channel, "/updates", { kind: "stock", items: [item] });
    }
    this.changes = body.cursor;
  }

  async handoffs() {
    const { body } = await this.channel.call("GET", `/orders?after=${this.orders}`);
    for (const { state, ...order } of body.orders) {
      if (state === "ours") await this.put(this.oms, "/handoffs", { ...order, attempt: 1 }, order.intent);
    }
    this.orders = body.cursor;
  }
}
