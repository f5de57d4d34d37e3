/**
 * What pages have to do with: browsers without an interface, people who must click, and errors with names.
 * Floor: sdk transports.
 */
import { ReaderError } from '../values/errors.js';
import { inUse, noPermission, notFound, unsupported } from './usbReaders.js';

export type Navigator<Name extends string, Api> = { readonly [name in Name]?: Api };

/** @throws ReaderError `link/unsupported-here` */
export function orUnsupported<Api>(api: Api | undefined, name: 'WebHID' | 'WebUSB'): Api {
  if (api !== undefined) return api;
  if (globalThis.isSecureContext === false)
    throw unsupported(`A page has ${name} only over HTTPS, or from localhost.`, 'Serve the page over HTTPS.');
  throw unsupported(
    `This browser has no ${name}.`,
    name === 'WebHID'
      ? 'Use Chrome or Edge on a desktop; on a tablet use webUsb.'
      : 'Use Chrome or Edge, on a desktop or on Android.',
  );
}

/** @returns what ends the news */
export function newsOf(
  api: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>,
  changed: () => void,
): () => void {
  for (const type of ['connect', 'disconnect']) api.addEventListener(type, changed);
  return () => {
    for (const type of ['connect', 'disconnect']) api.removeEventListener(type, changed);
  };
}

/** Shows the browser's list of devices. @param ask only when nothing was granted yet */
export async function askPerson<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    // WebUSB says so when the person closes its list; WebHID gives an empty one.
    if (nameOf(cause) === 'NotFoundError') throw notFound('', cause);
    if (nameOf(cause) !== 'SecurityError') throw openFault(cause);
    const message = 'The browser asks a person which reader to use, and only after a click.';
    const recovery = { do: 'fix-code', message: 'Call `request` of the transport where a click is handled.' } as const;
    throw new ReaderError('link/denied', { charged: 'no', message, recovery, cause });
  }
}

/** What `open` and `claimInterface` of a device reject with. */
export function openFault(cause: unknown): ReaderError {
  const why = cause instanceof Error ? cause.message : '';
  switch (nameOf(cause)) {
    case 'NotFoundError':
      return notFound('', cause);
    case 'SecurityError':
    case 'NotAllowedError':
      return noPermission(cause);
    default:
      return /unable to claim/i.test(why) ? inUse(cause) : new ReaderError('link/denied', { charged: 'no', cause });
  }
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : '';
}
