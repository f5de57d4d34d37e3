/** What one command marked is erased when it ends, and nothing that another one marked: readers of a process may share the module. */
import { INTERFACE, STATUS } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { sensitive } from '../../src/apdu/sensitive.js';
import { Answers } from '../../src/commands/shared/answers.js';
import type { Command } from '../../src/commands/shared/command.js';
import { CommandRunner } from '../../src/commands/shared/commandRunner.js';
import { Door } from '../../src/token/door.js';
import { FakeBoard } from '../fakeBoard.js';

/** Marks two arrays, one before it waits for a card and one after. */
function* marking(first: Uint8Array, second: Uint8Array): Command {
  sensitive(first);
  yield { kind: 'awaitCard', interfaces: INTERFACE.contactless, timeoutMs: 1000, again: undefined };
  sensitive(second);
  return { kind: 'refused', status: STATUS.timeout };
}

test('two runners in turn erase their own bytes', () => {
  const bytes = Array.from({ length: 4 }, () => Uint8Array.of(1)) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  const runner = (command: Command): CommandRunner => {
    const board = new FakeBoard();
    return new CommandRunner(board, { door: new Door(() => {}), answers: new Answers(board.secure) }, 1, command);
  };
  const [a, b] = [runner(marking(bytes[0], bytes[1])), runner(marking(bytes[2], bytes[3]))];
  expect([a.step(), b.step()]).toEqual([undefined, undefined]);
  a.cancel();
  expect(a.step()).toMatchObject({ kind: 'refused' });
  expect(bytes.map(([byte]) => byte)).toEqual([0, 0, 1, 1]);
  b.release();
  expect(bytes.map(([byte]) => byte)).toEqual([0, 0, 0, 1]);
});
