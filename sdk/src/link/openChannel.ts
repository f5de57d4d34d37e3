/**
 * INIT: asks for a channel, or sets the own one straight. It's repeated until it's answered, since a reader that was just
 * plugged in loses the first reports; more and more slowly, since one that is busy has them all waiting for it, and with the same
 * nonce, by which it knows that they ask for one channel.
 * Source: docs/reference/protocol.md; WICG/webhid issue 111 for the lost reports.   Floor: sdk link.
 */
import {
  BROADCAST_CHANNEL,
  COMMAND,
  decodeInitAnswer,
  encodeInitRequest,
  equalBytes,
  INIT_NONCE_BYTES,
  type InitAnswer,
  STATUS,
} from '@comptoir/protocol';
import type { Clock } from '../values/clock.js';
import type { Bounds } from '../values/deadline.js';
import { LinkFault } from '../values/linkFault.js';
import type { RandomBytes } from '../values/random.js';
import { converse } from './converse.js';
import type { Link } from './link.js';

const INIT_REPEAT_MS = 250;
const INIT_REPEAT_MS_MAX = 1000;

/** What both sides said in clear. A session binds it, so that nobody in the middle can change it. */
export interface Greeting {
  /** Payloads. */
  readonly init: Uint8Array;
  readonly initAnswer: Uint8Array;
}

/**
 * Sends INIT on the channel that the link uses, and moves the link to the channel of the answer.
 * Answers with another nonce are other hosts', or old ones: they are passed over.
 * @param version the one that is to be used, and no other
 */
export async function openChannel(
  link: Link,
  clock: Clock,
  random: RandomBytes,
  bounds: Bounds,
  version: number,
): Promise<Greeting> {
  const nonce = random(INIT_NONCE_BYTES);
  const init = encodeInitRequest({ nonce, lowestVersion: version, highestVersion: version });
  const { channel, initAnswer } = await converse<{ channel: number; initAnswer: Uint8Array }>(
    link,
    clock,
    bounds,
    INIT_REPEAT_MS,
    (turn) => {
      const ask = (): void => link.send(COMMAND.init, init);
      ask();
      return {
        silent: ask,
        frame(command, payload) {
          // Taken back meanwhile: others came. A new one is asked for.
          if (command === COMMAND.error && payload[0] === STATUS.invalidChannel) {
            link.use(BROADCAST_CHANNEL);
            ask();
          }
          const answer = command === COMMAND.init ? decodeInitAnswer(payload) : undefined;
          if (answer === undefined || !equalBytes(answer.nonce, nonce)) return;
          if (answer.channel === 0 || answer.channel === BROADCAST_CHANNEL)
            turn.fail(new LinkFault('protocol/corrupt'));
          else if (answer.lowestVersion > version || answer.highestVersion < version) {
            turn.fail(otherVersion(answer, version));
          } else turn.done({ channel: answer.channel, initAnswer: payload.slice() });
        },
      };
    },
    INIT_REPEAT_MS_MAX,
  );
  link.use(channel);
  return { init, initAnswer };
}

/** Says which of the two is too old. */
function otherVersion({ lowestVersion: lowest, highestVersion: highest }: InitAnswer, version: number): LinkFault {
  const speaks = lowest === highest ? `version ${lowest}` : `versions ${lowest} to ${highest}`;
  const message = `The reader speaks ${speaks} of the protocol, this program ${version}.`;
  const next = highest < version ? 'Update the reader.' : 'Update this program.';
  return new LinkFault('update/required', message, { recovery: { do: 'update-firmware', message: next } });
}
