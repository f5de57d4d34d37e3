/**
 * Which reader a command means: `--reader`, or the only one that is there.
 * Floor: cli.
 */
import { type CallOptions, type DeviceInfo, type DeviceTransport, ReaderError, type Transport } from '@comptoir/sdk';
import { nodeHid } from '@comptoir/sdk/transports/nodeHid';
import { usb } from '@comptoir/sdk/transports/usb';
import { webSocket } from '@comptoir/sdk/transports/webSocket';
import { refusal } from './files.js';

/** A reader, and how it's reached. */
export interface ChosenReader {
  readonly transport: Transport;
  readonly device: DeviceInfo;
  /** The acquirer beside it, where there is one. */
  readonly acquirerUrl?: string;
}

/** For the help of the command, and for its refusals. */
export const READER_FORMS = 'hid:SERIAL, usb:SERIAL, or ws://HOST:PORT/TOKEN as the reader printed it';

const USB_TRANSPORTS: Readonly<Record<string, (serial?: string) => DeviceTransport>> = {
  hid: (serial) => nodeHid(serial === undefined ? {} : { serial }),
  usb: (serial) => usb(serial === undefined ? {} : { serial }),
};

/** @param text of `--reader` @throws ReaderError `usage/invalid`, `link/not-found` */
export async function chooseReader(text: string | undefined, options: CallOptions = {}): Promise<ChosenReader> {
  if (text !== undefined && isAddress(text)) {
    const transport = webSocket(text);
    return { transport, device: await transport.request(options), acquirerUrl: acquirerBeside(text) };
  }
  if (text === undefined) return onlyReader();
  const { name, serial } = usbForm(text);
  const transport = USB_TRANSPORTS[name]?.(serial) as DeviceTransport;
  return { transport, device: await transport.request(options) };
}

/** The readers that there are, by HID and by USB; or those that `text` means. */
export async function listReaders(text: string | undefined): Promise<readonly ChosenReader[]> {
  if (text !== undefined && isAddress(text)) return [await chooseReader(text)];
  if (text === undefined) return allReaders();
  const { name, serial } = usbForm(text);
  const found = await listOf(USB_TRANSPORTS[name]?.(serial) as DeviceTransport);
  return found.filter(({ device }) => serial === undefined || device.serial === serial);
}

/** Where readers come and go, and which of them are meant. */
export interface Watchable {
  readonly transport: DeviceTransport;
  readonly isMeant: (device: DeviceInfo) => boolean;
}

/** @returns undefined for an address, behind which there is one reader */
export function watchable(text: string | undefined): Watchable | undefined {
  if (text !== undefined && isAddress(text)) return undefined;
  const { name, serial } = text === undefined ? { name: 'hid', serial: undefined } : usbForm(text);
  const transport = USB_TRANSPORTS[name]?.(serial) as DeviceTransport;
  return { transport, isMeant: (device) => serial === undefined || device.serial === serial };
}

function isAddress(text: string): boolean {
  return /^\w+:\/\//.test(text);
}

function usbForm(text: string): { readonly name: string; readonly serial: string | undefined } {
  const [, name = '', serial] = /^(hid|usb)(?::(.+))?$/.exec(text) ?? [];
  if (name === '') throw refusal(`A reader is ${READER_FORMS}, not ${text}.`);
  return { name, serial };
}

/** A package that isn't installed has no readers; where none is, what keeps node-hid from being used is the error. */
async function allReaders(): Promise<readonly ChosenReader[]> {
  const lists = await Promise.allSettled(Object.values(USB_TRANSPORTS).map((create) => listOf(create())));
  const found = lists.flatMap((list) => (list.status === 'fulfilled' ? list.value : []));
  const [first] = lists;
  if (first?.status === 'rejected' && lists.every(({ status }) => status === 'rejected')) throw first.reason;
  return found;
}

async function onlyReader(): Promise<ChosenReader> {
  const found = await allReaders();
  // By HID first: one reader shows itself both ways.
  const readers = found.filter(({ device }, at) => found.findIndex((one) => isSame(one.device, device)) === at);
  const [first, second] = readers;
  const ids = readers.map(({ device }) => device.id).join(', ');
  if (second !== undefined) throw refusal(`There are several readers: ${ids}. Say which: --reader ${first?.device.id}`);
  if (first !== undefined) return first;
  const message = `No reader is plugged in, and none was named: --reader takes ${READER_FORMS}.`;
  throw new ReaderError('link/not-found', { charged: 'no', message });
}

function isSame(one: DeviceInfo, other: DeviceInfo): boolean {
  return one.id === other.id || (one.serial !== '' && one.serial === other.serial);
}

async function listOf(transport: DeviceTransport): Promise<readonly ChosenReader[]> {
  return (await transport.list()).map((device) => ({ transport, device }));
}

/** `ws://127.0.0.1:PORT/TOKEN` has its acquirer at `http://127.0.0.1:PORT/TOKEN/acquirer`. */
export function acquirerBeside(reader: string): string {
  return `${reader.replace(/^ws/, 'http').replace(/\/+$/, '')}/acquirer`;
}
