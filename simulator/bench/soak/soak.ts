/**
 * `npm run soak -- [--payments N] [--seed S] [--target node|quickjs] [--processes N] [--state FILE]`: a million payments by default, one in a
 * hundred with a fault. With `--state` it can be stopped, and the same command goes on. Exit code 1 when a key serial number came twice, a
 * card number left, a payment's end isn't known, or the memory of a process grew.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { Presets, SingleBar } from 'cli-progress';
import { loadFirmwareText } from '../../src/machine/firmwareText.js';
import { added, livesOf, NO_LIFE } from './runSoak.js';
import { type DoneLife, openSoakFile } from './soakFile.js';
import { runSoakProcess, type SoakWord } from './soakProcess.js';

/** What the engine learns on the way, and no more. */
const HEAP_GROWTH_MAX = 8 * 2 ** 20;

if (process.argv[2] === '--one-of-many') runSoakProcess();
else await soak();

async function soak(): Promise<void> {
  const optionOf = (name: string, otherwise: string): string => {
    const at = process.argv.indexOf(name);
    return (at < 0 ? undefined : process.argv[at + 1]) ?? otherwise;
  };
  const payments = Number(optionOf('--payments', '1000000'));
  const processes = Number(optionOf('--processes', '1'));
  const target = optionOf('--target', 'node');
  const isCount = (count: number): boolean => Number.isSafeInteger(count) && count > 0;
  if (!isCount(payments) || !isCount(processes) || (target !== 'node' && target !== 'quickjs')) {
    console.error('soak [--payments N] [--seed S] [--target node|quickjs] [--processes N] [--state FILE]');
    process.exit(2);
  }
  const seed = optionOf('--seed', '1');
  const path = optionOf('--state', '');
  const about = { seed, target, payments, firmware: (await loadFirmwareText('reader')).sha256 };
  const file = path === '' ? undefined : openSoakFile(path, about);
  const done: DoneLife[] = [...(file?.done ?? [])];
  const lives = livesOf({ payments, seed, target });
  const isDone = new Set(done.map(({ life }) => life));
  const waiting = lives.map((_, life) => life).filter((life) => !isDone.has(life));
  const progress = showProgress(
    payments,
    done.reduce((paid, { report }) => paid + report.payments, 0),
  );

  await Promise.all(Array.from({ length: Math.min(processes, waiting.length) }, livesInProcess));
  progress.end();
  const report = done.reduce((sum, one) => added(sum, one.report), NO_LIFE);
  const heaps = heapsOf(done);
  console.log(JSON.stringify({ ...about, ...report, heaps }, null, 2));
  const bad = [report.repeated, report.unopened, report.numbersFound, report.unknown].flat();
  process.exitCode = bad.length === 0 && heaps.every(({ grew }) => grew <= HEAP_GROWTH_MAX / 2 ** 20) ? 0 : 1;

  function livesInProcess(): Promise<void> {
    const child = fork(fileURLToPath(import.meta.url), ['--one-of-many']);
    const name = `${Date.now()}/${child.pid}`;
    let life = waiting.shift();
    return new Promise((resolve, reject) => {
      const next = (): void => {
        if (life === undefined) child.disconnect();
        else child.send(lives[life] as object);
      };
      child.on('message', (word: SoakWord) => {
        if (word.kind === 'paid') return progress.add(word.payments);
        const ended = { life: life as number, report: word.report, process: name, heapBytes: word.heapBytes };
        done.push(ended);
        file?.add(ended);
        life = waiting.shift();
        next();
      });
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a process ended with ${code}`))));
      next();
    });
  }
}

interface Progress {
  add(payments: number): void;
  end(): void;
}

/** A bar on a terminal, elsewhere a line for each hundredth part. */
function showProgress(total: number, already: number): Progress {
  if (process.stderr.isTTY) {
    const format = '{bar} {percentage}% {value}/{total} payments, {eta_formatted} left';
    const bar = new SingleBar({ stream: process.stderr, format }, Presets.shades_classic);
    bar.start(total, already);
    return { add: (payments) => bar.increment(payments), end: () => bar.stop() };
  }
  let paid = already;
  return {
    add(payments) {
      const before = Math.floor((paid * 100) / total);
      paid += payments;
      if (Math.floor((paid * 100) / total) > before)
        console.error(`${Math.floor((paid * 100) / total)} %, ${paid} payments`);
    },
    end() {},
  };
}

/**
 * For each process that had several readers, in MiB: the least after any of its first half, the least after any of the second, and by how much
 * that's more. The least, since now and then the last reader isn't quite gone when it's measured; what leaks is there each time.
 */
function heapsOf(done: readonly DoneLife[]): readonly { first: number; last: number; grew: number }[] {
  const names = [...new Set(done.map((one) => one.process))];
  return names.flatMap((name) => {
    const bytes = done.filter((one) => one.process === name).map(({ heapBytes }) => heapBytes);
    if (bytes.length < 4) return [];
    const half = Math.floor(bytes.length / 2);
    const least = (some: readonly number[]): number => Number((Math.min(...some) / 2 ** 20).toFixed(1));
    const [first, last] = [least(bytes.slice(0, half)), least(bytes.slice(half))];
    return [{ first, last, grew: Number((last - first).toFixed(1)) }];
  });
}
