/**
 * Asks a device which reader it is: for transports that know no serial numbers. In clear, as INFO is; `connect` has it proven afterwards.
 * Floor: sdk transports.
 */
import { COMMAND, decodeMessage } from '@comptoir/protocol';
import { exchangeFrame } from '../link/exchange.js';
import { openLink } from '../link/link.js';
import { openChannel } from '../link/openChannel.js';
import type { Connection, ReportHandlers } from '../link/transport.js';
import type { Clock } from '../values/clock.js';
import type { Bounds } from '../values/deadline.js';
import { systemRandom } from '../values/random.js';

const ASK_MS_MAX = 3000;
/** Any will do to ask. */
const VERSION = 2;

/** @returns undefined when it can't be opened, or says nothing that makes sense */
export async function serialOf(
  open: (handlers: ReportHandlers) => Promise<Connection>,
  clock: Clock,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const bounds: Bounds = { deadlineMs: clock.now() + ASK_MS_MAX, signal };
  try {
    const link = await openLink(open, () => {});
    try {
      await openChannel(link, clock, systemRandom, bounds, VERSION);
      const decoded = decodeMessage(await exchangeFrame(link, clock, COMMAND.info, bounds));
      return decoded.ok && decoded.message.kind === 'info' ? decoded.message.serial : undefined;
    } finally {
      await link.close();
    }
  } catch {
    return undefined;
  }
}
