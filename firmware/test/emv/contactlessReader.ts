/** A reader's state over a board without cards, and transactions of it. */
import { fromHex, NO_BYTES } from '@comptoir/protocol';
import { createTestPki, developmentConfiguration } from '../../../simulator/src/index.js';
import type { TransactionContext } from '../../src/emv/transaction.js';
import { createTransactionContext, type TransactionRequest } from '../../src/session/card/terminalData.js';
import { Results } from '../../src/session/command/results.js';
import { SessionContext } from '../../src/session/command/sessionContext.js';
import { loadConfiguration } from '../../src/session/configuration/configuration.js';
import { Door } from '../../src/token/door.js';
import { FakeBoard } from '../fakeBoard.js';

const configuring = new FakeBoard();
configuring.configurationBytes = developmentConfiguration(createTestPki());
const configuration = loadConfiguration(configuring);

export interface TestSession extends SessionContext {
  /** The board's clock goes on. */
  passMs(ms: number): void;
}

export function newSession(): TestSession {
  const board = new FakeBoard();
  const session = new SessionContext(
    board,
    configuration,
    { result: 0 },
    new Results(board.records),
    new Door(() => {}),
  );
  return Object.assign(session, {
    passMs: (ms: number): void => {
      board.nowMs += ms;
    },
  });
}

/** @param change of a purchase of 12.50 euros on 24 November 2026 at noon */
export function newTransaction(session: SessionContext, change: Partial<TransactionRequest> = {}): TransactionContext {
  if (session.configuration === undefined) throw new Error('no configuration');
  return createTransactionContext(session, session.configuration, {
    amount: 1250,
    currency: 978,
    date: fromHex('261124') ?? NO_BYTES,
    time: fromHex('120000') ?? NO_BYTES,
    ...change,
  });
}
