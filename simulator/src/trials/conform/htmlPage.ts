/**
 * What the page of a check looks like, and how it draws its plots.
 * Floor: simulator trials; imports nothing.
 */

export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6675; --line: #dfe3e8; --paper: #fff; --field: #f6f7f9; --good: #1a7f4b; --bad: #b3261e; --bar: #b9c6d8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --soft: #9aa5b4; --line: #313842; --paper: #14181e; --field: #1b2027; --good: #58c08c; --bad: #ff8a80; --bar: #44546a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 66rem; padding: 2.5rem 1.5rem 4rem; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header { border-left: 6px solid var(--good); padding-left: 1.25rem; }
header.fails { border-color: var(--bad); }
.kicker { margin: 0; color: var(--soft); letter-spacing: .04em; }
h1 { margin: 0; font-size: 2rem; line-height: 1.2; }
.verdict { margin: .25rem 0 1rem; font-size: 1.15rem; }
.verdict strong { color: var(--good); }
header.fails .verdict strong { color: var(--bad); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .5rem 1.5rem; margin: 0; }
dt { color: var(--soft); font-size: .85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 .5rem; font-size: 1.15rem; }
h2 small { color: var(--soft); font-weight: normal; margin-left: .5rem; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
td, th { padding: .35rem .5rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
.cases td:first-child { width: 5.5rem; }
.cases p { margin: 0; color: var(--soft); }
.cases .fails p { color: var(--bad); }
.mark { font-weight: 600; color: var(--good); }
.fails .mark { color: var(--bad); }
.skipped .mark { color: var(--soft); font-weight: normal; }
.time { width: 11rem; text-align: right; color: var(--soft); white-space: nowrap; }
.bar { display: inline-block; vertical-align: middle; height: .5rem; max-width: 5rem; min-width: 1px; margin-right: .5rem; background: var(--bar); }
.figures td:not(:first-child), .figures th:not(:first-child) { text-align: right; }
.figures th { color: var(--soft); font-weight: normal; border: 0; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(26rem, 1fr)); gap: 1.5rem; margin-bottom: 1rem; }
figure { margin: 0; padding: .75rem; background: var(--field); border-radius: 6px; min-width: 0; }
figcaption { color: var(--soft); font-size: .9rem; }
.u-legend { font-size: .8rem; text-align: left; }
.u-legend .u-value { font-variant-numeric: tabular-nums; }
@media print { body { max-width: none; padding: 0; } section { break-inside: avoid-page; } }
`;

/** Runs in the page, after uPlot. */
export const PAGE_SCRIPT = `
const latencies = JSON.parse(document.getElementById('latencies').textContent);
const colours = ['#3566a8', '#c2620f', '#2e8259', '#8c4a9e', '#a8343f', '#6f7d1c'];
const ink = getComputedStyle(document.body).color;
const axis = { stroke: ink, grid: { stroke: '#8884', width: 1 }, ticks: { stroke: '#8884' }, font: '12px system-ui' };
const asMs = (ms) => (ms >= 10 ? ms.toFixed(0) : ms >= 1 ? ms.toFixed(1) : ms.toFixed(2)) + ' ms';
const width = (at) => document.getElementById(at).clientWidth;
const plot = (at, options, data) => {
  const box = document.getElementById(at);
  if (box === null) return;
  const drawn = new uPlot({ width: width(at), height: 280, ...options }, data, box);
  addEventListener('resize', () => drawn.setSize({ width: width(at), height: 280 }));
};
const series = (at, more) => ({ stroke: colours[at % colours.length], width: 2, spanGaps: true, ...more });
const logarithmic = (values) => [Math.min(...values) * 0.8, Math.max(...values) * 1.25];
if (latencies.length > 0) {
  const all = latencies.flatMap((one) => one.samplesMs);
  const times = [...new Set(all)].sort((a, b) => a - b);
  const within = latencies.map(({ samplesMs }) => {
    const sorted = [...samplesMs].sort((a, b) => a - b);
    const share = new Map(sorted.map((ms, at) => [ms, (100 * (at + 1)) / sorted.length]));
    return times.map((ms) => share.get(ms) ?? null);
  });
  plot('distribution', {
    scales: { x: { time: false, distr: 3, range: () => logarithmic(all) }, y: { range: [0, 100] } },
    axes: [{ ...axis, values: (_, ticks) => ticks.map((ms) => ms === null ? '' : asMs(ms)) }, { ...axis, values: (_, ticks) => ticks.map((share) => share + ' %') }],
    series: [{ label: 'within', value: (_, ms) => ms === null ? '' : asMs(ms) }, ...latencies.map(({ command }, at) => series(at, { label: command, paths: uPlot.paths.stepped({ align: 1 }), points: { show: false }, value: (_, share) => share === null ? '' : share.toFixed(0) + ' %' }))],
  }, [times, ...within]);
  const longest = Math.max(...latencies.map((one) => one.samplesMs.length));
  plot('sequence', {
    scales: { x: { time: false }, y: { distr: 3, range: () => logarithmic(all) } },
    axes: [axis, { ...axis, size: 64, values: (_, ticks) => ticks.map((ms) => ms === null ? '' : asMs(ms)) }],
    series: [{ label: 'number' }, ...latencies.map(({ command }, at) => series(at, { label: command, points: { size: 4 }, value: (_, ms) => ms === null ? '' : asMs(ms) }))],
  }, [Array.from({ length: longest }, (_, at) => at + 1), ...latencies.map(({ samplesMs }) => Array.from({ length: longest }, (_, at) => samplesMs[at] ?? null))]);
}
`;
