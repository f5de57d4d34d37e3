/**
 * INIT: asks for a channel, or sets the own one straight. It's repeated until it's answered, since a reader that was just
 * plugged in loses the first reports.
 * Source: docs/reference/protocol.md; WICG/webhid issue 111 for the lost reports.   Floor: sdk reader.
 */
import {
  BROADCAST_CHANNEL,
  COMMAND,
  decodeInitAnswer,
  equalBytes,
  INIT_NONCE_BYTES,
  PROTOCOL_VERSION_HIGHEST,
  PROTOCOL_VERSION_LOWEST,
} from '@comptoir/protocol';
import type { Clock } from './clock.js';
import { converse } from './converse.js';
import type { Bounds } from './deadline.js';
import type { Link } from './link.js';
import { LinkFault } from './linkFault.js';
import type { RandomBytes } from './random.js';

const INIT_REPEAT_MS = 250;

/**
 * Sends INIT on the channel that the link uses, and moves the link to the channel of the answer.
 * Answers with another nonce are other hosts', or old ones: they are passed over.
 */
export async function openChannel(link: Link, clock: Clock, random: RandomBytes, bounds: Bounds): Promise<void> {
  const nonce = random(INIT_NONCE_BYTES);
  const channel = await converse<number>(link, clock, bounds, INIT_REPEAT_MS, (turn) => {
    const ask = (): void => link.send(COMMAND.init, nonce);
    ask();
    return {
      silent: ask,
      frame(command, payload) {
        const answer = command === COMMAND.init ? decodeInitAnswer(payload) : undefined;
        if (answer === undefined || !equalBytes(answer.nonce, nonce)) return;
        if (answer.channel === 0 || answer.channel === BROADCAST_CHANNEL) turn.fail(new LinkFault('protocol/corrupt'));
        else if (answer.lowestVersion > PROTOCOL_VERSION_HIGHEST || answer.highestVersion < PROTOCOL_VERSION_LOWEST) {
          turn.fail(new LinkFault('update/required'));
        } else turn.done(answer.channel);
      },
    };
  });
  link.use(channel);
}
