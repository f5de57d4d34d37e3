/**
 * `npm run soak -- [--payments N] [--seed S] [--target node|quickjs]`: a million payments by default, one in a hundred with a fault. Exit
 * code 1 when a key serial number came twice, a card number left, a payment's end isn't known, or the heap grew.
 */
import { Presets, SingleBar } from 'cli-progress';
import { runSoak } from './runSoak.js';

const optionOf = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const payments = Number(optionOf('--payments') ?? 1_000_000);
const target = optionOf('--target') ?? 'node';
if (!Number.isSafeInteger(payments) || payments <= 0 || (target !== 'node' && target !== 'quickjs')) {
  console.error('soak [--payments N] [--seed S] [--target node|quickjs]');
  process.exit(2);
}
const seed = optionOf('--seed') ?? '1';
const bar = process.stderr.isTTY
  ? new SingleBar(
      { stream: process.stderr, format: '{bar} {percentage}% {value}/{total} payments, {eta_formatted} left' },
      Presets.shades_classic,
    )
  : undefined;
bar?.start(payments, 0);
let tenth = 0;
const report = await runSoak({
  payments,
  seed,
  target,
  told(done) {
    bar?.update(done);
    if (bar === undefined && Math.floor((done * 10) / payments) > tenth) {
      tenth = Math.floor((done * 10) / payments);
      console.error(`${tenth * 10} %, ${done} payments`);
    }
  },
});
bar?.stop();
const { heapBytes, ...rest } = report;
const mebibytes = (bytes: number | undefined): string => `${((bytes ?? 0) / 2 ** 20).toFixed(0)} MiB`;
console.log(
  JSON.stringify(
    { seed, target, ...rest, heap: { first: mebibytes(heapBytes[1]), last: mebibytes(heapBytes.at(-1)) } },
    null,
    2,
  ),
);
process.exitCode =
  report.repeated.length + report.unopened.length + report.numbersFound.length + report.unknown.length === 0 ? 0 : 1;
