/**
 * The cardholder's choice in the middle of the tap: what the card holds goes to the host, and the answer names what pays. A host that
 * says nothing, or no, ends the sale before anything was asked of the card.
 * Source: docs/reference/protocol.md, `choose`.   Floor: commands.
 */
import { NO_BYTES } from '@comptoir/protocol';
import { ACTIVATED } from '@comptoir/protocol/wallet';
import type { Card } from '../../selection/card.js';
import type { Configuration } from '../configuration/configuration.js';
import { askHost, type Command, type Interruption } from '../shared/command.js';
import type { ReaderState } from '../shared/readerState.js';
import { REFERENCE_BYTES } from './instrument.js';
import type { BasketPay } from './tapState.js';
import { walletInstruments } from './walletInstruments.js';

const CHOSEN = '00';

/** @returns the request with what was chosen; as it was when nothing was to be asked */
export function* askChoice(
  { board: { secure }, door }: ReaderState,
  configuration: Configuration,
  request: BasketPay,
  { profiles }: Card,
): Command<BasketPay | Interruption> {
  if (request.asksChoice !== 1) return request;
  const { key } = request;
  const offered = profiles.filter(({ activation, label }) => activation === ACTIVATED && label !== undefined);
  const instruments = walletInstruments(secure, configuration, offered, undefined);
  const answer = yield* askHost(door.checkOneOf<'choose'>({ kind: 'choose', key, instruments }));
  if (typeof answer === 'string') return answer;
  if (answer.kind !== 'decide') return 'cancelled';
  const { responseCode, chosenReference, brand, declinedReferences = NO_BYTES, redeemPoints } = answer;
  if (responseCode !== CHOSEN || declinedReferences.length % REFERENCE_BYTES !== 0) return 'cancelled';
  const {
    chosenReference: _named,
    brand: _brand,
    declinedReferences: _declined,
    redeemPoints: _points,
    ...rest
  } = request;
  return {
    ...rest,
    // What came is a view of the host's message.
    ...(chosenReference !== undefined && { chosenReference: chosenReference.slice() }),
    ...(brand !== undefined && { brand }),
    ...(redeemPoints !== undefined && { redeemPoints }),
    declinedReferences: declinedReferences.slice(),
  };
}
