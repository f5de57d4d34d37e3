/**
 * A tap without a charge.
 * Source: docs/reference/protocol.md, `read` and `presented`.   Floor: sdk reader.
 */
import { INTERFACE, type Message, OUTCOME, type TemplateContent, toHex } from '@comptoir/protocol';
import { usageError } from './errors.js';
import type { ErrorCode, Recovery } from './errorTable.js';
import { LinkFault } from './linkFault.js';
import type { Operation } from './operation.js';
import { transactionTime } from './transactionTime.js';

/** What a tap can show. Bank cards are read today; the others come with the dynamic card. */
export type Kind = 'bank' | 'gift' | 'coupon' | 'account' | 'loyalty';

export interface ReadRequest {
  readonly accept: readonly Kind[];
  readonly interfaces?: keyof typeof INTERFACE;
}

export interface Instrument {
  /** Unique within one tap. */
  readonly id: string;
  readonly kind: 'bank';
  readonly label: string;
  readonly last4: string;
  readonly masked: string;
  /** The index token: the same card at the same merchant gives the same token. */
  readonly token: string | null;
  /** Why `token` is null. */
  readonly tokenReason?: string;
  /** Payment account reference, as the card gave it. */
  readonly par?: string;
  /** Offline data authentication: none, SDA, DDA, CDA or fDDA, and `ok` or why it failed. */
  readonly authentication: { readonly method: string; readonly result: string };
}

export interface Presented {
  readonly instruments: readonly Instrument[];
  /** Picks from the instruments of this tap. @throws ReaderError `usage/invalid` for an id that isn't among them */
  choose(...ids: readonly string[]): readonly Instrument[];
}

/** Checks a request before anything is sent. @throws ReaderError `usage/invalid` */
export function checkReadRequest(request: ReadRequest): void {
  if (!request.accept.includes('bank')) throw usageError('This reader reads bank cards: accept must hold `bank`.');
  if (request.interfaces !== undefined && INTERFACE[request.interfaces] === undefined)
    throw usageError('There is no such interface.');
}

export async function read(operation: Operation, request: ReadRequest): Promise<Presented> {
  try {
    const { message } = await operation.exchange({
      kind: 'read',
      interfaces: INTERFACE[request.interfaces ?? 'both'],
      timeoutMs: operation.cardWaitMs,
      ...transactionTime(operation.clock.now(), operation.utcOffsetMinutes),
    });
    if (message !== undefined && message.kind !== 'presented') throw new LinkFault('protocol/corrupt');
    if (message?.outcome !== OUTCOME.read) throw faultOfOutcome(message?.outcome ?? OUTCOME.cancelled);
    return presentedOf(message);
  } catch (error) {
    throw operation.fail(error, 'no');
  }
}

function presentedOf(message: Message<'presented'>): Presented {
  const instruments = (message.instruments ?? []).map(instrumentOf);
  return {
    instruments,
    choose(...ids) {
      return ids.map((id) => {
        const chosen = instruments.find((instrument) => instrument.id === id);
        if (chosen === undefined) throw usageError(`This tap showed no instrument ${id}.`);
        return chosen;
      });
    },
  };
}

function instrumentOf(content: TemplateContent<'instrument'>, index: number): Instrument {
  const { applicationIdentifier, label, maskedNumber, indexToken, tokenReason, paymentAccountReference } = content;
  return {
    id: `${toHex(applicationIdentifier)}#${index}`,
    kind: 'bank',
    label,
    last4: maskedNumber.slice(-4),
    masked: maskedNumber,
    token: indexToken ?? null,
    ...(indexToken === undefined && { tokenReason: tokenReason ?? 'not-given' }),
    ...(paymentAccountReference !== undefined && { par: paymentAccountReference }),
    authentication: { method: content.authenticationMethod, result: content.authenticationResult },
  };
}

const FAULT_OF_OUTCOME: Readonly<Record<number, ErrorCode>> = {
  [OUTCOME.noCard]: 'timeout',
  [OUTCOME.cancelled]: 'aborted',
  [OUTCOME.cardError]: 'card/unreadable',
  [OUTCOME.cardRemoved]: 'card/torn',
  [OUTCOME.severalCards]: 'card/multiple',
  [OUTCOME.tryAnotherInterface]: 'card/unreadable',
  [OUTCOME.notAccepted]: 'card/unreadable',
  [OUTCOME.cardBlocked]: 'card/unreadable',
};

function faultOfOutcome(outcome: number): LinkFault {
  if (outcome !== OUTCOME.tryAnotherInterface) return new LinkFault(FAULT_OF_OUTCOME[outcome] ?? 'protocol/corrupt');
  const recovery: Recovery = { do: 'insert-instead', message: 'Insert the card instead of tapping it.' };
  return new LinkFault('card/unreadable', undefined, { recovery });
}
