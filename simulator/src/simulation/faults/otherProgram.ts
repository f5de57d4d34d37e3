/**
 * A second program on the machine of the till, which uses the same reader: through the SDK, as programs do.
 * Floor: simulator simulation.
 */

import { type Clock, connect, type Reader, type Transport } from '@comptoir/sdk';
import { seededBytes } from '#crypto/seed';

/** More than a reader gives at a time. */
const CHANNELS = 4;

interface OtherProgram {
  /** Waits for a card until `close`. */
  reads(): Promise<void>;
  /** Opens so many channels that the oldest ones are gone. */
  takesChannels(): Promise<void>;
  close(): Promise<void>;
}

export function createOtherProgram(transport: Transport, clock: Clock, seed: number | string): OtherProgram {
  const random = seededBytes(`${seed}/other program`);
  const readers: Reader[] = [];
  const open = async (): Promise<Reader> => {
    const reader = await connect(transport, { trust: 'development', clock, random });
    readers.push(reader);
    return reader;
  };
  return {
    async reads() {
      const reader = await open();
      const reading = reader.read({ accept: ['bank'] });
      // Whatever becomes of it: it has the reader until the first prompt at least.
      reading.then(undefined, () => {});
      for await (const _ of reading) break;
    },
    async takesChannels() {
      for (let taken = 0; taken < CHANNELS; taken += 1) await open();
    },
    async close() {
      await Promise.all(readers.splice(0).map((reader) => reader.close()));
    },
  };
}
