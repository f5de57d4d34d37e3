/** A reader's state over a board without cards, and transactions of it. */
import { fromHex, NO_BYTES } from '@comptoir/protocol';
import { createTestPki, developmentConfiguration } from '../../../simulator/src/index.js';
import { createTransactionContext, type TransactionRequest } from '../../src/commands/card/terminalData.js';
import { loadConfiguration } from '../../src/commands/configuration/configuration.js';
import { ReaderState } from '../../src/commands/shared/readerState.js';
import { Results } from '../../src/commands/shared/results.js';
import type { TransactionContext } from '../../src/emv/transaction.js';
import { Door } from '../../src/token/door.js';
import { FakeBoard } from '../fakeBoard.js';

const configuring = new FakeBoard();
configuring.configurationBytes = developmentConfiguration(createTestPki());
const configuration = loadConfiguration(configuring);

export interface TestSession extends ReaderState {
  /** The board's clock goes on. */
  passMs(ms: number): void;
}

export function newSession(): TestSession {
  const board = new FakeBoard();
  const session = new ReaderState(board, configuration, { result: 0 }, new Results(board.records), new Door(() => {}));
  return Object.assign(session, {
    passMs: (ms: number): void => {
      board.nowMs += ms;
    },
  });
}

/** @param change of a purchase of 12.50 euros on 24 November 2026 at noon */
export function newTransaction(session: ReaderState, change: Partial<TransactionRequest> = {}): TransactionContext {
  if (session.configuration === undefined) throw new Error('no configuration');
  return createTransactionContext(session, session.configuration, {
    amount: 1250,
    currency: 978,
    date: fromHex('261124') ?? NO_BYTES,
    time: fromHex('120000') ?? NO_BYTES,
    ...change,
  });
}
