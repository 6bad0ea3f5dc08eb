// Holds a report to axe-core's rules, to fitting its width, to fetching nothing, to controls that
// do what they say, to reading without JavaScript, and to printing.
// node page.mjs <browser> <report.html> <folder for what was made> <flags…>
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, page, made, ...args] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const url = pathToFileURL(page).href;
const browser = await chromium.launch({ executablePath, headless: true, args });
const wrong = [];
const expect = (holds, what) => holds || wrong.push(what);

// A tab on the report that reports whatever it asks of a network or complains of.
const opened = async (at, settings) => {
  const context = await browser.newContext(settings);
  const tab = await context.newPage();
  tab.on("request", (asked) => {
    const own = asked.url() === url || asked.url().startsWith("data:");
    expect(own, `${at}: fetches ${asked.url()}`);
  });
  tab.on("pageerror", (error) => wrong.push(`${at}: ${error.message}`));
  tab.on("console", (said) => {
    if (["error", "warning"].includes(said.type())) wrong.push(`${at}: console: ${said.text()}`);
  });
  await tab.goto(url);
  return tab;
};

const fits = async (tab, at, width) => {
  const wide = await tab.evaluate(() => document.documentElement.scrollWidth);
  expect(wide <= width, `${at}: the page is ${wide} px wide`);
};

const accessible = async (tab, at) => {
  const { violations, passes } = await tab.evaluate(() => axe.run());
  for (const broken of violations) {
    const where = broken.nodes.slice(0, 3).map((node) => node.target.join(" ")).join("; ");
    wrong.push(`${at}: ${broken.id} (${broken.impact}), ${broken.nodes.length}×: ${where}`);
  }
  console.log(`checked: ${at}, ${passes.length} rules pass, ${violations.length} broken`);
};

const shown = (tab, selector) => tab.locator(`${selector}:visible`).count();

// What stands below the plots: the ticks of each time axis that can be seen.
const ticks = (tab) => tab.evaluate(() => {
  const told = [...document.querySelectorAll("figure:has(> script) svg")]
    .filter((svg) => svg.getClientRects().length > 0)
    .map((svg) => [...svg.querySelectorAll("text")]
      .filter((text) => text.style.display !== "none" && /^(day )?\d+(:\d\d)*$/.test(text.textContent))
      .map((text) => text.textContent).join(" "));
  return told.join("\n");
});

const hovers = async (tab, at) => {
  const chart = tab.locator("figure:has(> script) svg:visible").first();
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  await tab.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.6);
  const charts = await shown(tab, "figure:has(> script) svg");
  const crosses = await tab.evaluate(() => [...document.querySelectorAll(".cross")]
    .filter((line) => line.getClientRects().length > 0).length);
  // A chart of one part of the campaign has nothing to say of the rest.
  expect(crosses >= 1 && crosses <= charts, `${at}: ${crosses} crosshairs on ${charts} charts`);
  const tip = await tab.locator(".tip:visible").first().textContent();
  expect(/\d:\d\d:\d\d/.test(tip) && tip.includes(": "), `${at}: the tooltip says "${tip}"`);
  await tab.keyboard.press("Escape");
  expect((await shown(tab, ".tip")) === 0, `${at}: Escape leaves a tooltip`);
  const slider = tab.locator(".controls input[type=range]");
  await slider.focus();
  for (let step = 0; step < 3; step += 1) await tab.keyboard.press("PageUp");
  const said = await tab.locator(".controls output").textContent();
  expect(/at \d+:\d\d:\d\d/.test(said), `${at}: the slider says "${said}"`);
};

const zooms = async (tab, at) => {
  const buttons = tab.locator(".controls button");
  if ((await buttons.count()) < 3) return console.log(`skipped: zoom, ${at}: there is one phase`);
  const before = await ticks(tab);
  await buttons.nth(1).focus();
  await tab.keyboard.press("Enter");
  const zoomed = await ticks(tab);
  expect(zoomed !== before, `${at}: zooming changes no tick`);
  expect((await buttons.nth(1).getAttribute("aria-pressed")) === "true", `${at}: not pressed`);
  const within = await tab.evaluate(() => {
    const { from, until } = document.querySelectorAll(".controls button")[1].dataset;
    const said = [...document.querySelectorAll("text.zoomed")].map((text) => text.textContent);
    const short = Number(document.querySelector(".controls button").dataset.until) < 600e6;
    const us = (clock) => clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) *
      (clock.split(":").length === 2 && !short ? 60e6 : 1e6);
    return said.every((clock) => clock.startsWith("day") ||
      (us(clock) >= Number(from) && us(clock) <= Number(until)));
  });
  expect(within, `${at}: a tick lies outside the phase: ${zoomed}`);
  await accessible(tab, `${at}, zoomed`);
  await buttons.first().click();
  expect((await ticks(tab)) === before, `${at}: the whole campaign does not come back`);
};

const filters = async (tab, at) => {
  const boxes = tab.locator(".controls input[type=checkbox]");
  if ((await boxes.count()) === 0) return console.log(`skipped: filter, ${at}: there is one channel`);
  const dimmed = () => tab.evaluate(() => document.querySelectorAll(".dimmed").length);
  expect((await dimmed()) === 0, `${at}: something is dimmed at first`);
  await boxes.first().focus();
  await tab.keyboard.press("Space");
  expect((await dimmed()) > 0, `${at}: a channel left out dims nothing`);
  await tab.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
  await accessible(tab, `${at}, a channel left out, everything open`);
  await boxes.first().click();
  expect((await dimmed()) === 0, `${at}: a channel shown again stays dimmed`);
};

// For the reader of the log; how fast a shared machine paints is nobody's defect.
const painted = async (tab, at) => {
  const paints = await tab.evaluate(async () => {
    for (const frame of [1, 2, 3]) await new Promise((next) => requestAnimationFrame(next, frame));
    return performance.getEntriesByType("paint").map((paint) => `${paint.name} ${Math.round(paint.startTime)} ms`);
  });
  console.log(`timed: ${at}: ${paints.join(", ")}; ${readFileSync(page).length} bytes`);
};

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 420]) {
    const at = `${colorScheme}, ${width} px`;
    const tab = await opened(at, { colorScheme, viewport: { width, height: 900 } });
    await painted(tab, at);
    await tab.evaluate(axe);
    await accessible(tab, at);
    await hovers(tab, at);
    await zooms(tab, at);
    await filters(tab, at);
    await fits(tab, at, width);
    await tab.context().close();
  }
}

const plain = await opened("no JavaScript", { javaScriptEnabled: false, viewport: { width: 1280, height: 900 } });
expect((await shown(plain, ".controls")) === 0, "no JavaScript: controls that do nothing are shown");
expect((await shown(plain, "h2")) > 5, "no JavaScript: the page does not read");
await plain.context().close();

for (const format of ["A4", "Letter"]) {
  const tab = await opened(format, {});
  const pdf = await tab.pdf({ format, preferCSSPageSize: false });
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page[^s]/g)?.length ?? 0;
  expect(pages > 1, `${format}: printed on ${pages} pages`);
  writeFileSync(join(made, `${format}.pdf`), pdf);
  console.log(`printed: ${format}, ${pages} pages, ${pdf.length} bytes`);
  await tab.context().close();
}

await browser.close();
if (wrong.length > 0) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
