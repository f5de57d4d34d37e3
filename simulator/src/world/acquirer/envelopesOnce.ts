/**
 * Envelopes that came to the test acquirer: each is opened once, in the window of its reader.
 * Source: docs/reference/envelope.md.   Floor: simulator world.
 */

import {
  type AuthorisationFault,
  type BaseDerivationKey,
  type OpenEnvelope,
  type ReplayFault,
  takeKsn,
  verifyAuthorisation,
} from '@comptoir/acquirer';
import { type Message, toHex } from '@comptoir/protocol';
import { REMEMBERED_MAX } from './bankCharges.js';

/** The first bytes of a KSN: which reader it is of. */
const INITIAL_KEY_ID_BYTES = 8;

type Opened =
  | { readonly ok: true; readonly envelope: OpenEnvelope }
  | { readonly ok: false; readonly fault: AuthorisationFault | ReplayFault };

export class EnvelopesOnce {
  readonly #baseDerivationKey: BaseDerivationKey;
  /** By initial key identifier. */
  readonly #windows = new Map<string, Uint8Array>();

  constructor(baseDerivationKey: BaseDerivationKey) {
    this.#baseDerivationKey = baseDerivationKey;
  }

  /** The caller wipes what is open. */
  open(request: Message<'authorise'>): Opened {
    const verified = verifyAuthorisation(request, { bdk: this.#baseDerivationKey });
    if (!verified.ok) return { ok: false, fault: verified.fault };
    const { ksn, wipe } = verified.envelope;
    const reader = toHex(ksn.subarray(0, INITIAL_KEY_ID_BYTES));
    const taken = takeKsn(this.#windows.get(reader), ksn);
    if (!taken.ok) {
      wipe();
      return { ok: false, fault: taken.fault };
    }
    this.#windows.set(reader, taken.window);
    forgetOldest(this.#windows);
    return { ok: true, envelope: verified.envelope };
  }
}

/** @param remembered Map or Set: they keep the order in which their keys came */
export function forgetOldest(remembered: Map<string, unknown> | Set<string>): void {
  const [oldest] = remembered.keys();
  if (remembered.size > REMEMBERED_MAX && oldest !== undefined) remembered.delete(oldest);
}
