/**
 * What carries reports to the reader of this till, as the settings say; and what tells that a reader was plugged in.
 * Floor: till.
 */
import { type DeviceTransport, ReaderError, type Transport } from '@comptoir/sdk';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import type { Settings } from '../settings/settings.js';

type Which = Pick<Settings, 'reader' | 'readerUrl' | 'readerSerial'>;

/**
 * A transport that asks a person only when it may: a list of the browser that opens by itself helps nobody.
 * @param isAsked whether somebody touched something for it, just now
 */
export async function transportHere(which: Which, isAsked: boolean): Promise<Transport> {
  const device = await deviceTransport(which);
  if (device === undefined) return webSocket(which.readerUrl);
  if (!isAsked && (await device.list()).length === 0) throw new ReaderError('link/not-found', { charged: 'no' });
  return device;
}

/** @returns undefined for what isn't plugged in */
export async function deviceTransport({ reader, readerSerial }: Which): Promise<DeviceTransport | undefined> {
  const serial = readerSerial === '' ? {} : { serial: readerSerial };
  switch (reader) {
    case 'webSocket':
      return undefined;
    case 'webUsb':
      return (await import('@comptoir/sdk/transports/webUsb')).webUsb(serial);
    case 'webHid':
      return (await import('@comptoir/sdk/transports/webHid')).webHid(serial);
  }
}
