/**
 * Opens a session on a channel that INIT has just given or set straight.
 * Source: docs/explanation/the-link.md.   Floor: sdk link.
 */
import { COMMAND } from '@comptoir/protocol';
import type { Clock } from '../values/clock.js';
import type { Bounds } from '../values/deadline.js';
import { LinkFault } from '../values/linkFault.js';
import { loadPart } from '../values/loadPart.js';
import type { RandomBytes } from '../values/random.js';
import { exchangeFrame, exchangeMessage } from './exchange.js';
import type { Link } from './link.js';
import type { Greeting } from './openChannel.js';
import type { Session, Trust } from './session/session.js';

/** A chip takes its time for four points of a curve. */
const HANDSHAKE_SILENCE_MS = 5_000;

type SessionWork = typeof import('./session/sessionWork.js');
let loaded: SessionWork | undefined;

interface SessionParts {
  readonly link: Link;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly trust: Trust;
  readonly greeting: Greeting;
  /** What the reader said in clear that it is. */
  readonly told: { readonly model: string; readonly serial: string };
}

/** @throws LinkFault whose code begins with `link/`; the channel has no session then */
export async function openSession(parts: SessionParts, bounds: Bounds): Promise<Session> {
  const { link, clock, random, trust, greeting, told } = parts;
  const { beginSession } = await loadSessionWork();
  const { model, serial } = told;
  const begun = beginSession({ ...greeting, trust, nowMs: clock.now(), model, serial, random });
  const ignore = (): void => {};
  const { message } = await exchangeMessage(link, clock, begun.first, bounds, ignore, HANDSHAKE_SILENCE_MS);
  if (message === undefined) throw new LinkFault('aborted');
  const { third, session } = begun.answer(message);
  link.send(COMMAND.message, third);
  // Message 3 has no answer of its own; an echo comes after the fault that it may have met.
  await exchangeFrame(link, clock, COMMAND.ping, bounds, HANDSHAKE_SILENCE_MS);
  return session;
}

/** Once it's loaded, nothing is waited for: a handshake takes the same time on a virtual clock, each time. @throws ReaderError `link/unsupported-here` */
export async function loadSessionWork(): Promise<SessionWork> {
  loaded ??= await loadPart(import('./session/sessionWork.js'), 'opens the link');
  return loaded;
}
