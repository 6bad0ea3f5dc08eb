"use strict";
// Asks how the run stands about once a second, and shows it. What is told is shown as text alone.
(() => {
  const EVERY_MS = 1000;
  const WITHIN_MS = 5000;
  const place = (id) => document.getElementById(id);
  const count = (n) => n.toLocaleString("en-US");
  const orders = (n) => `${count(n)} ${n === 1 ? "order" : "orders"}`;
  const clock = (us) => {
    const s = Math.floor(us / 1e6);
    const two = (n) => String(n).padStart(2, "0");
    return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  };
  // As a report writes it: three digits and a unit.
  const span = (us) => {
    const units = [[36e8, "h", 72e8], [6e7, "min", 12e7], [1e6, "s", 1e6], [1e3, "ms", 1e3], [1, "µs", 0]];
    if (us === 0) return "0 s";
    const [size, name] = units.find(([, , from]) => us >= from);
    const value = us / size;
    const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return `${Number(value.toFixed(digits))} ${name}`;
  };
  const share = (part, whole) => {
    if (whole === 0 || part === 0) return "";
    const percent = (100 * part) / whole;
    return `${Number(percent.toFixed(percent < 1 ? 2 : 1))} %`;
  };
  const made = (name, text, kind) => {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const cell = (head, text, small) => {
    const cell = made("td", text);
    cell.dataset.head = head;
    if (small) cell.append(" ", made("small", small));
    return cell;
  };
  const WORDS = { healthy: "healthy", watch: "watch", intervention: "beyond watch" };

  const lag = (channel, edges) => {
    const band = channel.sync_lag_band;
    const cell = made("td", `${span(channel.sync_lag_us)} `, "text");
    cell.dataset.head = "Sync lag, p95";
    cell.append(made("span", WORDS[band] ?? band, `band ${band}`));
    const gauge = made("span", undefined, `gauge ${band}`);
    const part = (us) => `${Math.min(100, (100 * us) / Math.max(1, edges.watch_us))}%`;
    const bar = made("i");
    bar.style.width = part(channel.sync_lag_us);
    const edge = made("u");
    edge.style.left = part(edges.healthy_us);
    gauge.append(bar, edge);
    cell.append(gauge);
    return cell;
  };

  const row = (channel, edges) => {
    const row = made("tr");
    const name = made("th", channel.name);
    name.scope = "row";
    const oversold = channel.oversold_units ? `in ${orders(channel.oversold_orders)}` : "";
    row.append(
      name,
      lag(channel, edges),
      cell("Oldest unshown", channel.oldest_unshown_us ? span(channel.oldest_unshown_us) : "all shown"),
      cell("Accepted", count(channel.accepted)),
      cell("Turned away", count(channel.turned_away)),
      cell("Oversold", count(channel.oversold_units), oversold),
      cell("Cancelled", count(channel.cancelled), share(channel.cancelled, channel.accepted)),
      cell("Mispriced", count(channel.mispriced), share(channel.mispriced, channel.accepted)),
      cell("Handoffs missed", count(channel.handoffs_missed), `of ${count(channel.handoffs_due)}`),
      cell("Throttled", count(channel.updates_throttled), share(channel.updates_throttled, channel.updates_tried)),
    );
    return row;
  };

  const fact = (word, value, small, bad) => {
    const group = made("div");
    const shown = made("dd", value, bad ? "bad-value" : undefined);
    if (small) shown.append(made("small", small));
    group.append(made("dt", word), shown);
    return group;
  };

  const together = (state) => {
    const { all, load, under_way: way } = state;
    place("all").replaceChildren(
      fact("Sync lag, p95", span(all.sync_lag_us), WORDS[all.sync_lag_band], all.sync_lag_band === "intervention"),
      fact("Accepted", count(all.accepted), "orders"),
      fact("Turned away", count(all.turned_away), "orders"),
      fact("Oversold", count(all.oversold_units), all.oversold_units ? `in ${orders(all.oversold_orders)}` : "units", all.oversold_units > 0),
      fact("Cancelled", count(all.cancelled), "for want of stock", all.cancelled > 0),
      fact("Mispriced", count(all.mispriced), "orders", all.mispriced > 0),
      fact("Handoffs missed", count(all.handoffs_missed), `of ${count(all.handoffs_due)} due`, all.handoffs_missed > 0),
      fact("Under way", count(way.orders), `orders; ${count(way.changes)} changes`),
      fact("Calls in flight", count(load.in_flight), `${count(load.sent)} of ${count(load.offered)} due sent`),
    );
  };

  const faults = (state) => {
    const shown = place("faults");
    const now = (state.faults ?? []).filter((fault) => fault.in_force).map((fault) => fault.name);
    shown.hidden = now.length === 0;
    shown.textContent = `Broken on purpose now: ${now.join(", ")}`;
  };

  const where = (alert) => alert.channel ?? "all together";
  const alerts = (state) => {
    const firing = state.alerts.filter((alert) => alert.firing_since_us !== null);
    const list = place("firing");
    list.hidden = firing.length === 0;
    list.replaceChildren(...firing.map((alert) => {
      const item = made("li", `${alert.name} `);
      const told = alert.owner ? `, ${alert.owner} is told` : "";
      item.append(made("small", `${where(alert)}, ${alert.severity}, since ${clock(alert.firing_since_us)}${told}`));
      return item;
    }));
    place("watched").hidden = state.alerts.length === 0;
    place("alerts").tBodies[0].replaceChildren(...state.alerts.map((alert) => {
      const row = made("tr");
      const name = made("th", `${alert.name} `);
      name.scope = "row";
      name.append(made("small", where(alert)));
      const fires = alert.firing_since_us !== null;
      const now = made("td", fires ? `fires since ${clock(alert.firing_since_us)}` : "silent", fires ? "text bad-value" : "text");
      const told = made("td", `${alert.owner ?? "nobody"} `, "text");
      told.append(made("small", alert.severity));
      row.append(name, made("td", alert.condition, "text"), now, told);
      return row;
    }));
  };

  const course = (state) => {
    const { at_us: at, traffic_ends_us: ends } = state;
    place("phase").textContent = state.phase ?? (state.facts === 0 ? "beginning" : "draining");
    const speed = state.speed_milli === 1000 ? "" : `, ${state.speed_milli / 1000} × as fast`;
    place("clock").textContent = `${clock(Math.min(at, ends))} of ${clock(ends)}${speed}`;
    place("done").value = ends ? Math.min(1, at / ends) : 0;
  };

  const STANDINGS = { "on track": ["On track", "good"], "at risk": ["At risk", "careful"], "NO-GO": ["NO-GO so far", "bad"] };

  const show = (state) => {
    const [stands, seems] = STANDINGS[state.so_far] ?? [state.so_far, ""];
    const firing = state.alerts.filter((alert) => alert.firing_since_us !== null).length;
    const word = firing ? `${stands} · ${firing} ${firing === 1 ? "alert" : "alerts"}` : stands;
    // What is on track with an alert is not shown as if all were well.
    const kind = firing && seems === "good" ? "careful" : seems;
    const standing = place("standing");
    if (standing.textContent !== word) standing.textContent = word;
    document.querySelector("header").className = kind;
    place("campaign").textContent = state.blind ? "A blind run" : state.campaign;
    document.title = `${word} · ${state.blind ? "doorbuster" : state.campaign}`;
    course(state);
    faults(state);
    alerts(state);
    together(state);
    const edges = state.sync_lag_edges;
    place("edges").textContent =
      `Sync lag: healthy up to ${span(edges.healthy_us)}, watch up to ${span(edges.watch_us)}. ` +
      "It counts the lags of the last minutes and the age of every change that is not shown yet.";
    place("channels").tBodies[0].replaceChildren(...state.channels.map((one) => row(one, edges)));
    place("connectors").tBodies[0].replaceChildren(...state.connectors.map((connector) => {
      const row = made("tr");
      const name = made("th", connector.name);
      name.scope = "row";
      row.append(name, cell("Jobs queued", count(connector.queue_depth)), cell("Gave up", count(connector.gave_up)));
      return row;
    }));
  };

  const heard = (is) => {
    const lost = place("lost");
    document.body.classList.toggle("stale", !is);
    if (is) lost.hidden = true;
    if (is || !lost.hidden) return;
    const time = new Date().toLocaleTimeString();
    lost.textContent = `Nothing heard since ${time}: the run is over, or cannot be reached. Figures are of then.`;
    lost.hidden = false;
  };

  const look = async () => {
    try {
      const told = await fetch("state.json", { cache: "no-store", signal: AbortSignal.timeout(WITHIN_MS) });
      if (!told.ok) throw new Error(told.status);
      show(await told.json());
      heard(true);
    } catch {
      heard(false);
    }
    setTimeout(look, EVERY_MS);
  };
  look();
})();
