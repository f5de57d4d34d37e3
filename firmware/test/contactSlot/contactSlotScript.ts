/** The firmware's end of a slot, driven character by character by a script, for the tests of what goes over it. */
import { fromHex, toHex } from '@comptoir/protocol';
import { CARDS } from '../../src/board/board.js';
import { ContactCardPort } from '../../src/contactSlot/contactCardPort.js';
import { ScriptedContactLine } from './scriptedContactLine.js';

export const ATR_T0 = '3B 60 00 00';
export const ATR_T1 = '3B E0 00 00 81 31 FE 45 EB';
export const SELECT = '00A4040005A000000003';
export const READ = '00B2010C00';

export function bytesOf(hex: string): Uint8Array {
  return fromHex(hex.replaceAll(' ', '')) as Uint8Array;
}
/** A block of T=1 with its length and its check. */
export function block(pcb: string, information = ''): string {
  const body = [0, ...bytesOf(pcb), bytesOf(information).length, ...bytesOf(information)];
  return toHex(
    Uint8Array.of(
      ...body,
      body.reduce((sum, byte) => sum ^ byte, 0),
    ),
  );
}
export const IFS: readonly [string, string] = [block('C1', 'FE'), block('E1', 'FE')];

export type Script = readonly (readonly [string, string])[];

export function activated(answers: readonly string[], script: Script, readLength?: number) {
  const line = new ScriptedContactLine(answers, script, readLength);
  const port = new ContactCardPort(line, line.clock);
  for (let polls = 0; polls < 60 && port.poll() !== CARDS.one; polls += 1);
  return { line, port };
}
export function exchanged(port: ContactCardPort, command: string): string | undefined {
  port.transmit(bytesOf(command));
  return received(port);
}
export function received(port: ContactCardPort): string | undefined {
  for (let steps = 0; steps < 300; steps += 1) {
    const response = port.receive();
    if (response !== undefined) return toHex(response);
  }
  return undefined;
}
