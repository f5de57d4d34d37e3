/**
 * Runs the stages, up to two at a time, and tells what each one costs. A stage that fails ends the run.
 * Plain JavaScript without a package, because nothing is installed yet when it starts.
 *   COMPTOIR_SEED    chooses what the samples hold; without it, the commit does
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { STAGES } from './stages.mjs';

const top = fileURLToPath(new URL('..', import.meta.url));
const last = fileURLToPath(new URL('last/', import.meta.url));
const COSTS = `${last}costs.json`;
const CORES = 2;
/** Of a stage that went well. */
const LINES_SHOWN = 12;

const asked = process.argv.slice(2);
if (asked.length === 1 && asked[0] === 'costs') printCosts(JSON.parse(readFileSync(COSTS, 'utf8')));
else await main();

async function main() {
  const unknown = asked.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) throw new Error(`no stage has the name ${unknown.join(', ')}: see .ci/stages.mjs`);
  rmSync(last, { recursive: true, force: true });
  mkdirSync(last);
  const seed = process.env.COMPTOIR_SEED ?? seedOfCommit();
  console.log(`samples: COMPTOIR_SEED=${seed}`);
  const begin = Date.now();
  const stages = STAGES.filter(({ name }) => asked.length === 0 || asked.includes(name));
  const costs = await runStages(stages, seed, begin);
  writeFileSync(COSTS, JSON.stringify({ seconds: (Date.now() - begin) / 1000, costs }));
  printCosts(JSON.parse(readFileSync(COSTS, 'utf8')));
  console.log(counted());
  if (costs.some(({ code }) => code !== 0)) process.exitCode = 1;
}

/** The first stage of the table that can run is the next one. @returns the costs of all that ended */
function runStages(stages, seed, begin) {
  const waiting = [...stages];
  const running = new Map();
  const costs = [];
  return new Promise((resolve) => {
    const goOn = () => {
      if (costs.some(({ code }) => code !== 0)) {
        waiting.length = 0;
        for (const child of running.values()) kill(child);
      }
      const isWaitedFor = (name) => waiting.some((stage) => stage.name === name) || running.has(name);
      const free = () => CORES - [...running.keys()].reduce((sum, name) => sum + coresOf(name), 0);
      const next = () =>
        waiting.find(({ name, needs = [] }) => coresOf(name) <= free() && !needs.some((need) => isWaitedFor(need)));
      for (let stage = next(); stage !== undefined; stage = next()) {
        waiting.splice(waiting.indexOf(stage), 1);
        running.set(stage.name, start(stage, seed, begin, ended));
      }
      if (running.size === 0) resolve(costs);
    };
    for (const signal of ['SIGINT', 'SIGTERM'])
      process.once(signal, () => {
        for (const child of running.values()) kill(child);
        process.exit(1);
      });
    const ended = (cost) => {
      running.delete(cost.name);
      costs.push(cost);
      goOn();
    };
    goOn();
  });
}

function coresOf(name) {
  return STAGES.find((stage) => stage.name === name)?.cores ?? 1;
}

/** Its output goes to a log of its own, so that two stages don't write into each other. */
function start({ name, run, env = {} }, seed, begin, ended) {
  const began = Date.now();
  const log = `${last}${name}.log`;
  console.log(`${clock(began - begin)} ${name}: ${run.replaceAll('\n', '; ')}`);
  const output = openSync(log, 'w');
  const times = openSync(`${last}${name}.times`, 'w');
  const child = spawn('bash', ['-c', `set -euo pipefail\ntrap 'times >&3' EXIT\n${run}`], {
    cwd: top,
    detached: true,
    stdio: ['ignore', output, output, times],
    env: { ...process.env, ...givenTo(name, seed), ...env },
  });
  child.on('exit', (code) => {
    const seconds = (Date.now() - began) / 1000;
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    const shown = code === 0 ? lines.slice(-LINES_SHOWN) : lines;
    console.log(`${clock(Date.now() - begin)} ${name} ${code === 0 ? 'ended' : `FAILED (${code ?? 'ended by the run'})`}, ${seconds.toFixed(1)} s`);
    console.log(shown.map((line) => `  ${line}\n`).join(''));
    const cpu = cpuSeconds(readFileSync(`${last}${name}.times`, 'utf8'));
    ended({ name, run: run.replaceAll('\n', '; '), from: (began - begin) / 1000, seconds, cpu, code: code ?? 1 });
  });
  return child;
}

function givenTo(name, seed) {
  return { COMPTOIR_SEED: seed, COMPTOIR_BUILT: 'yes', VITEST_MAX_WORKERS: String(coresOf(name)), CI_LAST: last };
}

/** With all that it started. */
function kill(child) {
  try {
    process.kill(-child.pid);
  } catch {
    // It just ended.
  }
}

/** What bash's `times` says of itself and of its children: user and system, in minutes and seconds. */
function cpuSeconds(text) {
  return [...text.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
}

function printCosts({ seconds, costs }) {
  const rows = costs.map(({ from, seconds, cpu, name, run, code }) => [from, seconds, cpu].map(cell).concat(name.padEnd(16), code === 0 ? run : `FAILED ${run}`));
  console.log(['start', 'wall', 'cpu'].map((title) => title.padStart(8)).concat('stage'.padEnd(16), 'command').join('  '));
  for (const row of rows) console.log(row.join('  '));
  const cpu = costs.reduce((sum, cost) => sum + cost.cpu, 0);
  console.log(`${cell(seconds)} s in all, ${cell(cpu).trim()} s of processors`);
}

function cell(seconds) {
  return seconds.toFixed(1).padStart(8);
}

function clock(ms) {
  return `[${String(Math.floor(ms / 60_000)).padStart(2)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}]`;
}

/** As a number of 31 bits. */
function seedOfCommit() {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: top, encoding: 'utf8' });
  return String(Number.parseInt(commit.slice(0, 8), 16) & 0x7fffffff);
}

/** The main tests write what they counted. */
function counted() {
  const reports = readdirSync(last).filter((name) => name.endsWith('.tests.json'));
  let [passed, failed] = [0, 0];
  for (const name of reports) {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(last + name, 'utf8'));
    passed += numPassedTests;
    failed += numFailedTests;
  }
  return `${passed} passed, ${failed} failed`;
}
