/**
 * The report of a check as a page: one file that needs nothing else, with plots by uPlot.
 * Source: uplot 1.6 (MIT).   Floor: simulator trials.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type ConformKind, type ConformReport, type ConformResult, countsOf, quantileMs } from './conformReport.js';
import { PAGE_SCRIPT, PAGE_STYLE } from './htmlPage.js';

const KINDS: Readonly<Record<ConformKind, string>> = {
  wire: 'On the wire, in clear',
  link: 'The session, with a host that lies',
  sale: 'Payments',
  scenario: 'Scenarios',
};

export function htmlReport(report: ConformReport): string {
  const { reader, results, latencies, seed, startedMs } = report;
  const { holds, fails, notRun } = countsOf(results);
  const { script, style } = plots();
  const verdict = fails === 0 ? 'holds' : 'fails';
  const facts = [
    ['Serial number', reader.serial],
    ['Firmware', reader.firmware],
    ['Certified by', reader.factory ?? 'nobody: no session was opened'],
    ['Reached by', reader.transport],
    ['Checked', new Date(startedMs).toISOString().slice(0, 16).replace('T', ' ')],
    ['Seed', `${seed}`],
  ];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${escaped(reader.model)}: ${holds} of ${holds + fails} hold</title>
<style>${style}${PAGE_STYLE}</style>
<header class="${verdict}">
<p class="kicker">Check of a reader</p>
<h1>${escaped(reader.model)}</h1>
<p class="verdict"><strong>${holds}</strong> of ${holds + fails} hold${notRun === 0 ? '' : `, ${notRun} not tried`}</p>
<dl>${facts.map(([name = '', value = '']) => `<div><dt>${name}</dt><dd>${escaped(value)}</dd></div>`).join('')}</dl>
</header>
<main>
${fails === 0 ? '' : section('What does not hold', table(results.filter(({ problem }) => problem !== undefined)))}
${latencies.length === 0 ? '' : speed(report)}
${(Object.keys(KINDS) as ConformKind[]).map((kind) => kindSection(kind, results)).join('\n')}
</main>
<script>${script}</script>
<script type="application/json" id="latencies">${JSON.stringify(latencies).replaceAll('<', '\\u003c')}</script>
<script>${PAGE_SCRIPT}</script>
</html>
`;
}

function kindSection(kind: ConformKind, results: readonly ConformResult[]): string {
  const own = results.filter((result) => result.kind === kind);
  if (own.length === 0) return '';
  const { holds, fails } = countsOf(own);
  return section(`${KINDS[kind]} <small>${holds} of ${holds + fails}</small>`, table(own));
}

function section(title: string, body: string): string {
  return `<section><h2>${title}</h2>${body}</section>`;
}

function table(results: readonly ConformResult[]): string {
  const longest = Math.max(1, ...results.map(({ ms }) => ms));
  const rows = results.map(({ name, problem, notRun, ms }) => {
    const state = notRun !== undefined ? 'skipped' : problem === undefined ? 'holds' : 'fails';
    const mark = { skipped: 'not tried', holds: 'holds', fails: 'fails' }[state];
    const why = problem ?? notRun;
    const width = ((100 * ms) / longest).toFixed(1);
    const time = notRun === undefined ? `<span class="bar" style="width:${width}%"></span>${ms} ms` : '';
    return `<tr class="${state}"><td><span class="mark">${mark}</span></td><td>${escaped(name)}${why === undefined ? '' : `<p>${escaped(why)}</p>`}</td><td class="time">${time}</td></tr>`;
  });
  return `<table class="cases">${rows.join('')}</table>`;
}

function speed({ latencies }: ConformReport): string {
  const rows = latencies.map((latency) => {
    const cells = [0, 0.5, 0.95, 1].map((share) => `<td>${quantileMs(latency, share).toFixed(2)}</td>`);
    return `<tr><td>${escaped(latency.command)}</td><td>${latency.samplesMs.length}</td>${cells.join('')}</tr>`;
  });
  const head = ['', 'times', 'shortest', 'median', '95 %', 'longest'].map((name) => `<th>${name}</th>`).join('');
  return section(
    'How fast <small>milliseconds, as the host sees it</small>',
    `<div class="plots"><figure><div id="distribution"></div><figcaption>How many answers came within a time</figcaption></figure>
<figure><div id="sequence"></div><figcaption>One after the other: what grows, and what stands out</figcaption></figure></div>
<table class="figures"><thead><tr>${head}</tr></thead>${rows.join('')}</table>`,
  );
}

/** The library, as it's published: a script that runs by itself, and its style. */
function plots(): { readonly script: string; readonly style: string } {
  const folder = dirname(createRequire(import.meta.url).resolve('uplot'));
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  return { script: read('uPlot.iife.min.js'), style: read('uPlot.min.css') };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
