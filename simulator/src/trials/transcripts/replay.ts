/**
 * A reader that says again what a transcript holds, to a till that says again what it said: a test of a till without a firmware, a card or a
 * bank. It opens a link of its own, certified by a test root:
 *
 *   const played = replay(transcript);
 *   const reader = await connect(played, { ...options, trust: played.trust });
 *
 * Floor: simulator trials.
 */

import { STATUS } from '@comptoir/protocol';
import type { DeviceInfo, Transport } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { seededBytes } from '#crypto/seed';
import { messageDifference } from './compareMessages.js';
import { replayFactory, replayIdentity } from './replayIdentity.js';
import { openReplayLink, type ReplayLink } from './replayLink.js';
import type { Transcript } from './transcript.js';

export interface ReplayOptions {
  /** Every field of every message counts; otherwise times, nonces and tokens may differ. Default true. */
  readonly isStrict?: boolean;
}

export interface Replay extends Transport {
  /** For `connect`: the test root. Nobody else's readers are under it. */
  readonly trust: readonly Uint8Array[];
  /** The first thing that the till said otherwise, with its line in the transcript; undefined: nothing. */
  difference(): string | undefined;
  /** @throws Error when the till said something else, or not all that is in the transcript */
  assertDrained(): void;
}

const DEVICE: DeviceInfo = { id: 'replay', serial: '', model: '', firmware: '', transport: 'replay' };
/** The first line of the text is its head. */
const FIRST_LINE = 2;

export function replay({ info, lines }: Transcript, { isStrict = true }: ReplayOptions = {}): Replay {
  let position = 0;
  let difference: string | undefined;
  const identity = replayIdentity(info);
  const random = seededBytes('keys of a replay');
  const differs = (words: string): void => {
    difference ??= `line ${position + FIRST_LINE}: ${words}`;
  };
  /** @returns undefined: nothing is left for the till to say */
  const expected = () => {
    const line = lines[position];
    return line?.kind === 'host' || line?.kind === 'cancel' ? line : undefined;
  };
  /** What the reader said until the till spoke again. */
  const speak = (link: ReplayLink): void => {
    for (let line = lines[position]; line !== undefined; line = lines[position]) {
      if (line.kind === 'host' || line.kind === 'cancel') return;
      position += 1;
      if (line.kind === 'prompt') link.prompt(line.prompt);
      else if (line.kind === 'status') link.refuse(line.status);
      else link.say(line.message);
    }
  };
  const message = (said: Uint8Array, link: ReplayLink): void => {
    const line = expected();
    const words =
      line?.kind === 'host'
        ? messageDifference(line.message, said, isStrict)
        : `expected ${line === undefined ? 'nothing more' : 'CANCEL'}, seen a message`;
    if (words !== undefined) {
      differs(words);
      link.refuse(STATUS.messageRefused);
      return;
    }
    position += 1;
    speak(link);
  };
  const cancel = (link: ReplayLink): void => {
    if (expected()?.kind === 'cancel') {
      position += 1;
      speak(link);
    } else differs('expected no CANCEL');
  };
  return {
    ...memory({
      device: DEVICE,
      open: (handlers) => openReplayLink({ identity, info, random, message, cancel }, handlers),
    }),
    trust: [replayFactory().publicKey],
    difference: () => difference,
    assertDrained() {
      if (difference !== undefined) throw new Error(`the till said something else: ${difference}`);
      const line = expected();
      if (line !== undefined) throw new Error(`line ${position + FIRST_LINE} was not said, nor what is after it`);
    },
  };
}
