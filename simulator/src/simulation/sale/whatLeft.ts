/**
 * What left the reader about a card, as names and texts.
 * Floor: simulator simulation.
 */
import { decodeTlv, findObject, type Message, TAG_9F26_APPLICATION_CRYPTOGRAM, toHex } from '@comptoir/protocol';

/** Names of message fields; bytes are hexadecimal. `cryptogram` is taken out of `emvData` for people to see. */
export type WhatLeft = Readonly<Record<string, string | number>>;

export interface Authentication {
  /** none, SDA, DDA, CDA or fDDA. */
  readonly method: string;
  /** ok, none, or why it failed. */
  readonly result: string;
}

/** About the sale, not about the card. */
const NOT_OF_THE_CARD: readonly string[] = [
  'kind',
  'key',
  'amount',
  'currency',
  'due',
  'outcome',
  'profileKind',
  'transactionSequence',
];

/** The fields of everything that describes the card; of two of the same name the later counts. */
export function whatLeft(messages: readonly Message[]): WhatLeft {
  const left: Record<string, string | number> = {};
  for (const message of messages) {
    if (message.kind !== 'authorise' && message.kind !== 'result') continue;
    const tender = message.kind === 'result' ? message.tenders[0] : undefined;
    for (const [name, value] of Object.entries<unknown>({ ...message, ...tender })) {
      if (NOT_OF_THE_CARD.includes(name)) continue;
      if (value instanceof Uint8Array) left[name] = toHex(value);
      else if (typeof value === 'string' || typeof value === 'number') left[name] = value;
    }
    const emvData = message.kind === 'result' ? tender?.emvData : message.emvData;
    const cryptogram = emvData && cryptogramIn(emvData);
    if (cryptogram !== undefined) left['cryptogram'] = cryptogram;
  }
  return left;
}

/** Undefined when no card was read. */
export function authenticationIn(left: WhatLeft): Authentication | undefined {
  const { authenticationMethod: method, authenticationResult: result } = left;
  return typeof method === 'string' && typeof result === 'string' ? { method, result } : undefined;
}

function cryptogramIn(emvData: Uint8Array): string | undefined {
  const decoded = decodeTlv(emvData);
  if (!decoded.ok) return undefined;
  const cryptogram = findObject(decoded.objects, TAG_9F26_APPLICATION_CRYPTOGRAM)?.value;
  return cryptogram && toHex(cryptogram);
}
