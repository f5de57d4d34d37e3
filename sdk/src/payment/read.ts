/**
 * A tap without a charge.
 * Source: docs/reference/protocol.md, `read` and `presented`.   Floor: sdk payment.
 */
import { INTERFACE, OUTCOME, type TemplateContent, toHex } from '@comptoir/protocol';
import type { Operation } from '../operation/operation.js';
import { usageError } from '../values/errors.js';
import type { ErrorCode } from '../values/errorTable.js';
import { checkInterfaces, type Interfaces } from '../values/interfaces.js';
import { KINDS, type Kind, TOKEN_NOT_GIVEN } from '../values/kind.js';
import { LinkFault } from '../values/linkFault.js';
import { currencyOf, type Money } from '../values/money.js';
import { isObject } from '../values/shape.js';
import { transactionTime } from '../values/transactionTime.js';
import { cardFault } from './cardWords.js';
import { INSERT_RECOVERY } from './payResult.js';

export interface ReadRequest {
  readonly accept: readonly Kind[];
  readonly interfaces?: Interfaces;
}

export interface Instrument {
  /** Unique within one tap: what `choose` takes. */
  readonly id: string;
  readonly kind: Kind;
  readonly label: string;
  /** The same instrument at the same merchant has the same reference. Only of a card with a wallet. */
  readonly reference?: string;
  /** Of a gift card, as the card says; its authoriser decides. */
  readonly balance?: Money;
  /** What the points of a loyalty profile are worth: minor units of whatever currency is paid in. */
  readonly points?: number;
  /** Of the bank application that was read. */
  readonly last4?: string;
  readonly masked?: string;
  /** The index token: the same card at the same merchant gives the same token. */
  readonly token: string | null;
  /** Why `token` is null. */
  readonly tokenReason?: string;
  /** Payment account reference, as the card gave it. */
  readonly par?: string;
  /** Offline data authentication: none, SDA, DDA, CDA or fDDA, and `ok` or why it failed. */
  readonly authentication?: { readonly method: string; readonly result: string };
}

export interface Presented {
  readonly instruments: readonly Instrument[];
  /**
   * The next checkout of this reader pays with these and with nothing else: of gift cards, coupons and points only those; of accounts
   * and bank cards the one that is named, or what the card's rules say when none is. One account or bank card at most.
   * @throws ReaderError `usage/invalid`
   */
  choose(...ids: readonly string[]): Promise<void>;
}

/** What the customer decided. References are those of instruments and tenders. */
export interface Choice {
  /** The account or bank card that pays. Nothing takes its place. */
  readonly pays?: string;
  /** The brand that pays, where an account has several. */
  readonly brand?: string;
  /** What must not be used. */
  readonly declines?: readonly string[];
}

export type Choose = (choice: Choice) => void;

/** Checks a request before anything is sent. @throws ReaderError `usage/invalid` */
export function checkReadRequest(request: ReadRequest): void {
  const accept: unknown = isObject(request) ? request.accept : undefined;
  if (!Array.isArray(accept) || accept.length === 0 || !accept.every((kind) => KINDS.includes(kind)))
    throw usageError(`accept holds at least one of ${KINDS.join(', ')}.`);
  checkInterfaces(request.interfaces);
}

export async function read(operation: Operation, request: ReadRequest, choose: Choose): Promise<Presented> {
  try {
    const { message } = await operation.exchange({
      kind: 'read',
      interfaces: INTERFACE[request.interfaces ?? 'both'],
      timeoutMs: operation.cardWaitMs,
      ...(request.accept.some((kind) => kind !== 'bank') && { listsWallet: 1 }),
      ...transactionTime(operation.clock.now(), operation.utcOffsetMinutes),
    });
    if (message !== undefined && message.kind !== 'presented') throw new LinkFault('protocol/corrupt');
    if (message?.outcome !== OUTCOME.read) throw faultOfOutcome(message?.outcome ?? OUTCOME.cancelled, message?.reason);
    return presentedOf((message.instruments ?? []).map(instrumentOf), request.accept, choose);
  } catch (error) {
    throw operation.fail(error, 'no');
  }
}

/** @param all what the tap showed: what isn't accepted isn't shown, and isn't used by what is chosen */
export function presentedOf(all: readonly Instrument[], accept: readonly Kind[], choose: Choose): Presented {
  const instruments = all.filter(({ kind }) => accept.includes(kind));
  return {
    instruments,
    async choose(...ids) {
      const chosen = ids.map((id) => instruments.find((instrument) => instrument.id === id));
      if (chosen.includes(undefined)) throw usageError('choose takes ids of instruments that this tap showed.');
      const payers = chosen.filter((instrument) => instrument !== undefined && isPayer(instrument));
      if (payers.length > 1) throw usageError('One account or bank card pays, not several.');
      const pays = payers[0]?.reference;
      const declines = all.flatMap((instrument) =>
        isPayer(instrument) || chosen.includes(instrument) ? [] : (instrument.reference ?? []),
      );
      choose({ ...(pays !== undefined && { pays }), declines });
    },
  };
}

function isCurrency(code: string | undefined): code is string {
  return code !== undefined && currencyOf(code) !== undefined;
}

function isPayer({ kind }: Instrument): boolean {
  return kind === 'bank' || kind === 'account';
}

export function instrumentOf(content: TemplateContent<'instrument'>, index: number): Instrument {
  const { applicationIdentifier, label, maskedNumber, indexToken, tokenReason, paymentAccountReference } = content;
  const { profileKind = 1, reference, balance, currencyCode, authenticationMethod, authenticationResult } = content;
  const kind = KINDS[profileKind - 1];
  if (kind === undefined) throw new LinkFault('protocol/corrupt', `The reader showed the unknown kind ${profileKind}.`);
  return {
    id: `${toHex(applicationIdentifier)}#${index}`,
    kind,
    label,
    ...(reference !== undefined && { reference: toHex(reference) }),
    ...(balance !== undefined && kind === 'loyalty' && { points: balance }),
    ...(balance !== undefined && isCurrency(currencyCode) && { balance: { minor: balance, currency: currencyCode } }),
    ...(maskedNumber !== '' && {
      last4: maskedNumber.slice(-4),
      masked: maskedNumber,
      authentication: { method: authenticationMethod, result: authenticationResult },
    }),
    token: indexToken ?? null,
    ...(indexToken === undefined && { tokenReason: tokenReason ?? TOKEN_NOT_GIVEN }),
    ...(paymentAccountReference !== undefined && { par: paymentAccountReference }),
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

export function faultOfOutcome(outcome: number, reason: string | undefined): LinkFault {
  const code = FAULT_OF_OUTCOME[outcome] ?? 'protocol/corrupt';
  if (outcome !== OUTCOME.tryAnotherInterface) return cardFault(code, reason);
  return cardFault(code, reason, INSERT_RECOVERY);
}
