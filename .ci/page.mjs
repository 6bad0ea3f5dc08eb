// Holds a report to axe-core's rules, to fitting its width, and to fetching nothing.
// node page.mjs <browser> <report.html> <flags…>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, page, ...args] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const url = pathToFileURL(page).href;
const browser = await chromium.launch({ executablePath, headless: true, args });
const wrong = [];

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 420]) {
    const at = `${colorScheme}, ${width} px`;
    const tab = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    tab.on("request", (asked) => {
      if (asked.url() !== url && !asked.url().startsWith("data:")) {
        wrong.push(`${at}: fetches ${asked.url()}`);
      }
    });
    tab.on("pageerror", (error) => wrong.push(`${at}: ${error.message}`));
    await tab.goto(url);
    const wide = await tab.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) wrong.push(`${at}: the page is ${wide} px wide`);
    await tab.evaluate(axe);
    const { violations, passes } = await tab.evaluate(() => axe.run());
    for (const broken of violations) {
      const where = broken.nodes.slice(0, 3).map((node) => node.target.join(" ")).join("; ");
      wrong.push(`${at}: ${broken.id} (${broken.impact}), ${broken.nodes.length}×: ${where}`);
    }
    console.log(`checked: ${at}, ${passes.length} rules pass, ${violations.length} broken`);
    await tab.close();
  }
}

await browser.close();
if (wrong.length > 0) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
