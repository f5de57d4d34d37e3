/**
 * How far an update is.
 * Floor: cli.
 */
import type { InstallProgress } from '@comptoir/sdk';
import { progressBar } from '../progressBar.js';

export interface FlashProgress {
  show(progress: InstallProgress): void;
  stop(): void;
}

/** @param note takes a line for standard error */
export function flashProgress(note: (line: string) => void): FlashProgress {
  const bar = progressBar('bytes', note);
  return {
    show({ phase, bytes, totalBytes }) {
      if (phase === 'write') {
        bar.show(bytes, totalBytes);
        return;
      }
      bar.stop();
      note(WORDS[phase]);
    },
    stop: bar.stop,
  };
}

const WORDS = { restart: 'the reader restarts', confirm: 'the reader is back' } as const;
