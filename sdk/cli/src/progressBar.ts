/**
 * How far something long is: a bar on a terminal, a line for each tenth where there is none. Standard error, both.
 * Floor: cli.
 */
import { Presets, SingleBar } from 'cli-progress';

export interface ProgressBar {
  /** @param done of `total`, in the unit that the bar was made for */
  show(done: number, total: number): void;
  /** Takes the bar away, before something else is told; `show` begins it anew. */
  stop(): void;
}

/** @param unit what is counted, as a word @param note takes a line for standard error */
export function progressBar(unit: string, note: (line: string) => void): ProgressBar {
  return process.stderr.isTTY ? bar(unit) : lines(unit, note);
}

function bar(unit: string): ProgressBar {
  const options = {
    stream: process.stderr,
    format: `{bar} {percentage}% {value}/{total} ${unit}, {eta_formatted} left`,
    clearOnComplete: true,
    // Work that never waits leaves the bar no other moment.
    synchronousUpdate: true,
  };
  const single = new SingleBar(options, Presets.shades_classic);
  let isRunning = false;
  return {
    show(done, total) {
      if (isRunning) single.update(done);
      else single.start(total, done);
      isRunning = true;
    },
    stop() {
      if (isRunning) single.stop();
      isRunning = false;
    },
  };
}

function lines(unit: string, note: (line: string) => void): ProgressBar {
  let told = -1;
  return {
    show(done, total) {
      const tenth = Math.floor((done * 10) / total);
      if (tenth !== told) note(`${tenth * 10} %, ${done} of ${total} ${unit}`);
      told = tenth;
    },
    stop() {},
  };
}
