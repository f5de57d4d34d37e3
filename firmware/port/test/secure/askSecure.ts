import { expect } from 'vitest';
import { startChild } from '../childExchange.js';
import { type TwinKind, twinProgram } from '../hostTarget.js';

/** Answers of the port's cryptography to lines of words, after its answer to being started; see boards/host/secureMain.c. */
export async function askSecure(kind: TwinKind, lines: readonly string[], seed = 'good'): Promise<readonly string[]> {
  const child = startChild(twinProgram(kind, 'secure'), { COMPTOIR_SEED: seed });
  const answers = [child.readLine()];
  for (const line of lines) {
    child.write(Buffer.from(`${line}\n`));
    answers.push(child.readLine());
  }
  expect(await child.end()).toEqual({ code: 0, said: '' });
  return answers;
}

/** A word of a line. */
export function hexWord(data: Uint8Array): string {
  return data.length === 0 ? '-' : Buffer.from(data).toString('hex');
}
