/**
 * A tap without a charge.
 * Source: docs/reference/protocol.md, `read` and `presented`.   Floor: sdk reader.
 */
import { INTERFACE, OUTCOME, type TemplateContent, toHex } from '@comptoir/protocol';
import { cardFault } from './cardWords.js';
import { usageError } from './errors.js';
import type { ErrorCode } from './errorTable.js';
import { checkInterfaces, type Interfaces } from './interfaces.js';
import { LinkFault } from './linkFault.js';
import type { Operation } from './operation.js';
import { INSERT_RECOVERY, TOKEN_NOT_GIVEN } from './payResult.js';
import { isObject } from './shape.js';
import { transactionTime } from './transactionTime.js';

/** What a tap can show. Bank cards are read today; the others come with the dynamic card. */
export type Kind = 'bank' | 'gift' | 'coupon' | 'account' | 'loyalty';

export interface ReadRequest {
  readonly accept: readonly Kind[];
  readonly interfaces?: Interfaces;
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
}

/** Checks a request before anything is sent. @throws ReaderError `usage/invalid` */
export function checkReadRequest(request: ReadRequest): void {
  if (!isObject(request) || !Array.isArray(request.accept) || !request.accept.includes('bank'))
    throw usageError('This reader reads bank cards: accept must hold `bank`.');
  checkInterfaces(request.interfaces);
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
    if (message?.outcome !== OUTCOME.read) throw faultOfOutcome(message?.outcome ?? OUTCOME.cancelled, message?.reason);
    return { instruments: (message.instruments ?? []).map(instrumentOf) };
  } catch (error) {
    throw operation.fail(error, 'no');
  }
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
    ...(indexToken === undefined && { tokenReason: tokenReason ?? TOKEN_NOT_GIVEN }),
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

function faultOfOutcome(outcome: number, reason: string | undefined): LinkFault {
  const code = FAULT_OF_OUTCOME[outcome] ?? 'protocol/corrupt';
  if (outcome !== OUTCOME.tryAnotherInterface) return cardFault(code, reason);
  return cardFault(code, reason, INSERT_RECOVERY);
}
