/**
 * The parts of the SDK that a connection and its calls load late.
 * Floor: sdk reader.
 */
import { loadSessionWork } from '../link/openSession.js';
import { loadSeldom } from './readerSeldom.js';

/**
 * Loads what opens a link, and what reads cards without a payment, before they are needed. `connect` and its calls do it by themselves; a
 * program that counts its time may want it sooner.
 * @throws ReaderError `link/unsupported-here`
 */
export async function loadLink(): Promise<void> {
  await Promise.all([loadSessionWork(), loadSeldom()]);
}
