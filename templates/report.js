// Hover, zoom and the channel filter. Everything they show stands in the page without them.
"use strict";
(() => {
  const SECOND = 1e6, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const STEPS = [
    SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 20 * SECOND, 30 * SECOND,
    MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 20 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY,
  ];
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const number = (part, name) => Number(part.getAttribute(name));
  const draw = (name, attributes) => {
    const part = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    return part;
  };
  const write = (name, text, within) => {
    const part = within.appendChild(document.createElement(name));
    part.textContent = text;
    return part;
  };
  const points = (part) =>
    part.getAttribute("points").trim().split(/\s+/).map((pair) => pair.split(",").map(Number));

  const controls = document.querySelector(".controls");
  const buttons = all("button", controls);
  const boxes = all("input[type=checkbox]", controls);
  const slider = controls.querySelector("input[type=range]");
  const said = controls.querySelector("output");
  const span = ({ dataset }) => ({ from: Number(dataset.from), until: Number(dataset.until) });
  const whole = span(buttons[0]);
  let view = whole;

  // A drawing: its edges, what it says at each place, and what moves when the time axis does.
  const drawings = all("figure > script[type='application/json']").flatMap((script) => {
    const data = JSON.parse(script.textContent);
    const figure = script.parentElement;
    const tip = figure.appendChild(document.createElement("div"));
    tip.className = "tip";
    tip.hidden = true;
    tip.setAttribute("aria-hidden", "true");
    const [left, right] = data.wide;
    const at = (x) => data.from + ((x - left) / (right - left)) * (data.until - data.from);
    const times = data.xs.map(at);
    const zooms = data.from === whole.from && data.until === whole.until;
    return ["wide", "narrow"].map((layout) => {
      const svg = figure.querySelector(`.${layout} svg`);
      const [left, right, top, bottom] = data[layout];
      const edges = { left, right, top, bottom };
      const cross = svg.appendChild(draw("line", { class: "cross", y1: top, y2: bottom }));
      cross.style.display = "none";
      const drawing = { ...edges, layout, svg, figure, tip, cross, data, times, zooms };
      return { ...drawing, parts: zooms ? parts(drawing) : [], ticks: zooms ? ticks(drawing) : [] };
    });
  });

  function range({ zooms, data }) {
    return zooms ? view : data;
  }

  function place(drawing, at) {
    const { from, until } = range(drawing);
    return drawing.left + ((at - from) / (until - from)) * (drawing.right - drawing.left);
  }

  // What stands along the time axis, as it was drawn for the whole campaign. What stands at the
  // plot's sides (ticks of values, thresholds, names of lines) is not among it.
  function parts(drawing) {
    const { svg, left, right, layout, bottom } = drawing;
    const clip = `clip-${all("clipPath").length}-${layout}`;
    const path = svg.appendChild(draw("clipPath", { id: clip }));
    path.append(draw("rect", { x: left, y: 0, width: right - left, height: bottom + 60 }));
    const grouped = "g[data-line], g[data-phase], g[data-promotion], g[data-fault]";
    const inside = (kind) => all(`:is(${grouped}) ${kind}`, svg);
    const moment = (part) => points(part)[0][0] === points(part)[1][0];
    const moments = all(":scope > polyline[stroke-dasharray]", svg).filter(moment);
    const lines = [...inside("polyline"), ...inside("polygon"), ...moments];
    for (const part of [...lines, ...inside("circle")]) part.setAttribute("clip-path", `url(#${clip})`);
    return [
      ...lines.map((part) => ({ part, points: points(part) })),
      ...inside("circle").map((part) => ({ part, cx: number(part, "cx") })),
      ...[...inside("text"), ...all(":scope > text[paint-order]", svg)].map((part) => {
        const named = part.closest("[data-from]");
        return { part, x: number(part, "x"), ...(named && { named: span(named) }) };
      }),
    ];
  }

  // The ticks of the time axis: nothing else stands below the lowest plot.
  function ticks({ svg, bottom }) {
    const low = (part) => points(part).every(([, y]) => y >= bottom) && points(part)[1][1] > bottom;
    const marks = all(":scope > polyline", svg).filter(low);
    return [...marks, ...all(":scope > text", svg).filter((part) => number(part, "y") > bottom)];
  }

  // As the ticks of the whole campaign say it; seconds where a view is short.
  const clock = (us, seconds = view.until - view.from < 10 * MINUTE) => {
    const s = Math.floor(us / SECOND), two = (n) => String(n).padStart(2, "0");
    if (whole.until < 10 * MINUTE) return `${Math.floor(s / 60)}:${two(s % 60)}`;
    const minutes = `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}`;
    return seconds ? `${minutes}:${two(s % 60)}` : minutes;
  };

  function redraw(drawing) {
    const { left, right, data, svg } = drawing;
    const unzoomed = (x) => data.from + ((x - left) / (right - left)) * (data.until - data.from);
    const moved = (x) => Math.max(-1e6, Math.min(1e6, Math.round(place(drawing, unzoomed(x)))));
    for (const { part, points, cx, x, named } of drawing.parts) {
      if (points) part.setAttribute("points", points.map(([px, y]) => `${moved(px)},${y}`).join(" "));
      else if (cx !== undefined) part.setAttribute("cx", moved(cx));
      else {
        // The name of a phase that began before the view stands at its left edge.
        const at = named ? Math.round(Math.max(left, place(drawing, named.from))) + 20 : moved(x);
        const seen = named ? named.from < view.until && named.until > view.from : at >= left && at <= right;
        part.setAttribute("x", at);
        part.style.display = seen ? "" : "none";
      }
    }
    all(".zoomed", svg).forEach((part) => part.remove());
    for (const part of drawing.ticks) part.style.display = view === whole ? "" : "none";
    if (view !== whole) tick(drawing);
  }

  function tick(drawing) {
    const [mark, label] = ["polyline", "text"].map((tag) =>
      drawing.ticks.find((part) => part.tagName === tag));
    if (!mark || !label) return;
    const most = drawing.layout === "wide" ? 8 : 4;
    const step = STEPS.find((step) => (view.until - view.from) / step < most) ?? 30 * DAY;
    const days = view.until - view.from >= 3 * DAY && step % DAY === 0;
    for (let at = Math.ceil(view.from / step) * step; at <= view.until; at += step) {
      const x = Math.round(place(drawing, at));
      const [line, text] = [mark, label].map((part) => drawing.svg.appendChild(part.cloneNode(true)));
      line.setAttribute("points", points(mark).map(([, y]) => `${x},${y}`).join(" "));
      text.setAttribute("x", x);
      text.textContent = days ? `day ${at / DAY}` : clock(at);
      for (const part of [line, text]) {
        part.classList.add("zoomed");
        part.style.display = "";
      }
    }
  }

  function zoom(button) {
    view = button === buttons[0] ? whole : span(button);
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    hide();
    drawings.filter(({ zooms }) => zooms).forEach(redraw);
    said.textContent = `Charts show ${button.textContent}`;
  }

  function hide() {
    for (const { cross, tip } of drawings) {
      cross.style.display = "none";
      tip.hidden = true;
    }
  }

  // The crosshair on every chart, and what each says there; gives all of it as a sentence.
  function show(at) {
    const told = [];
    for (const drawing of drawings.filter(({ svg }) => svg.getClientRects().length > 0)) {
      const { times, cross, tip, svg, figure } = drawing, { from, until } = range(drawing);
      const near = (best, time, place) =>
        Math.abs(time - at) < Math.abs(times[best] - at) ? place : best;
      const nearest = times.reduce(near, 0);
      const seen = at >= from && at <= until && times[nearest] >= from && times[nearest] <= until;
      cross.style.display = seen ? "" : "none";
      tip.hidden = !seen;
      if (!seen) continue;
      const x = place(drawing, times[nearest]);
      cross.setAttribute("x1", x);
      cross.setAttribute("x2", x);
      told.push(tell(drawing, nearest));
      const [sheet, box] = [svg.getBoundingClientRect(), figure.getBoundingClientRect()];
      const scale = sheet.width / svg.viewBox.baseVal.width;
      const [middle, across] = [sheet.left - box.left + x * scale, tip.offsetWidth];
      const beside = middle + 12 + across > box.width ? middle - 12 - across : middle + 12;
      tip.style.left = `${Math.max(0, Math.min(beside, box.width - across))}px`;
      tip.style.top = `${sheet.top - box.top + drawing.top * scale + 4}px`;
    }
    return told.join("; ");
  }

  function tell({ data, tip, svg }, at) {
    tip.replaceChildren();
    write("b", data.places[at], tip);
    const dimmed = new Set(boxes.filter((box) => !box.checked).map((box) => box.value));
    const lines = data.panels.flatMap(({ name, lines }) => lines.map((line) => ({ ...line, panel: name })));
    const shown = lines.filter(({ channel }) => !dimmed.has(channel));
    let panel = "";
    for (const line of shown) {
      if (line.panel !== panel) write("small", (panel = line.panel), tip);
      write("span", `${line.name}: ${line.values[at]}`, tip);
    }
    const values = shown.map(({ name, values }) => `${name} ${values[at]}`).join(", ");
    return `${svg.querySelector("title").textContent}, at ${data.places[at]}: ${values}`;
  }

  for (const drawing of drawings) {
    const { svg, left, right } = drawing;
    const pointed = (event) => {
      const sheet = svg.getBoundingClientRect();
      const x = ((event.clientX - sheet.left) / sheet.width) * svg.viewBox.baseVal.width;
      const { from, until } = range(drawing);
      if (x < left || x > right) hide();
      else show(from + ((x - left) / (right - left)) * (until - from));
    };
    svg.addEventListener("pointermove", pointed);
    svg.addEventListener("pointerdown", pointed);
    svg.addEventListener("pointerleave", hide);
  }
  buttons.forEach((button) => button.addEventListener("click", () => zoom(button)));
  slider.addEventListener("input", () => {
    const at = view.from + (slider.value / slider.max) * (view.until - view.from);
    slider.setAttribute("aria-valuetext", clock(at, true));
    said.textContent = show(at);
  });
  slider.addEventListener("blur", hide);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  boxes.forEach((box) => box.addEventListener("change", () => {
    const checked = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    for (const part of all("[data-channel]")) {
      part.classList.toggle("dimmed", !checked.has(part.dataset.channel));
    }
    said.textContent = `${box.value} ${box.checked ? "shown" : "dimmed"}`;
  }));
  controls.hidden = false;
})();
