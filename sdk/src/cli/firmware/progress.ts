/**
 * How far an update is: a bar on a terminal, a line for each tenth where there is none.
 * Floor: sdk cli.
 */
import { Presets, SingleBar } from 'cli-progress';
import type { InstallProgress } from '../../index.js';

export interface ProgressView {
  show(progress: InstallProgress): void;
  stop(): void;
}

/** @param note takes a line for standard error */
export function startProgress(note: (line: string) => void): ProgressView {
  return process.stderr.isTTY ? bar(note) : lines(note);
}

function bar(note: (line: string) => void): ProgressView {
  const options = {
    stream: process.stderr,
    format: '{bar} {percentage}% {value}/{total} bytes',
    clearOnComplete: true,
  };
  const single = new SingleBar(options, Presets.shades_classic);
  let isRunning = false;
  const stop = (): void => {
    if (isRunning) single.stop();
    isRunning = false;
  };
  return {
    show({ phase, bytes, totalBytes }) {
      if (phase !== 'write') {
        stop();
        note(WORDS[phase]);
      } else if (isRunning) single.update(bytes);
      else {
        single.start(totalBytes, bytes);
        isRunning = true;
      }
    },
    stop,
  };
}

function lines(note: (line: string) => void): ProgressView {
  let told = -1;
  return {
    show({ phase, bytes, totalBytes }) {
      const tenth = Math.floor((bytes * 10) / totalBytes);
      if (phase !== 'write') note(WORDS[phase]);
      else if (tenth !== told) note(`${tenth * 10} %, ${bytes} of ${totalBytes} bytes`);
      told = tenth;
    },
    stop() {},
  };
}

const WORDS = { restart: 'the reader restarts', confirm: 'the reader is back' } as const;
