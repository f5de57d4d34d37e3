/**
 * A card in the virtual PC/SC reader of vsmartcard: the driver listens, the card connects, and answers.
 *
 *   length 2, big endian | 00 power off | 01 power on | 02 reset      no answer
 *   length 2             | 04                                         length 2 | answer to reset
 *   length 2             | command APDU                               length 2 | response APDU
 *
 * A message of one byte is control, a longer one a command.
 * Source: the documentation of vsmartcard, "Creating a virtual smart card".   Floor: simulator wires.
 */
import { connect, type Socket } from 'node:net';
import { concatBytes, NO_BYTES, unsignedToBytes } from '@comptoir/protocol';
import type { Card, CardInterface } from '../machine/card.js';
import { SW, status } from '../machine/commandApdu.js';
import { encodeAnswerToReset } from '../machine/slot/answerToReset.js';

const LENGTH_BYTES = 2;
const CONTROL = { powerOff: 0x00, powerOn: 0x01, reset: 0x02, answerToReset: 0x04 } as const;
/** Extended lengths are no commands of ours. */
const COMMAND_BYTES_MAX = 261;

interface VpcdOptions {
  readonly host: string;
  readonly port: number;
  readonly card: Card;
  readonly interface: CardInterface;
  /** Of a contact card, in its answer to reset. */
  readonly protocol: 0 | 1;
  /** Called once the reader has the card. */
  readonly connected: () => void;
  /** Takes the card out. */
  readonly signal: AbortSignal;
}

/** Resolves when the card was taken out, or the reader is gone; rejects when nobody listens there. */
export function serveCardToVpcd({ host, port, connected, signal, ...served }: VpcdOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const answer = createVpcdCard(served);
    const socket = connect({ host, port, signal }, connected);
    socket.setNoDelay(true);
    socket.on('data', (bytes) => feed(socket, answer, bytes));
    socket.on('error', (fault) => (signal.aborted ? resolve() : reject(fault)));
    socket.on('close', () => {
      served.card.powerOff();
      resolve();
    });
  });
}

function feed(socket: Socket, answer: (bytes: Uint8Array) => Uint8Array, bytes: Uint8Array): void {
  const answers = answer(bytes);
  if (answers.length > 0) socket.write(answers);
}

/**
 * The protocol alone.
 * @returns takes bytes as they come, cut anywhere, and gives the answers that are complete; never more than one message is held
 */
export function createVpcdCard({
  card,
  interface: on,
  protocol,
}: Pick<VpcdOptions, 'card' | 'interface' | 'protocol'>): (bytes: Uint8Array) => Uint8Array {
  let held: Uint8Array = NO_BYTES;
  const messageAnswer = (message: Uint8Array): Uint8Array => {
    const [control] = message;
    if (message.length > 1) return framed(commandAnswer(card, message));
    switch (control) {
      case CONTROL.answerToReset:
        return framed(answerToReset(on, protocol));
      case CONTROL.powerOn:
      case CONTROL.reset:
        card.powerOn(on);
        return NO_BYTES;
      case CONTROL.powerOff:
        card.powerOff();
        return NO_BYTES;
      default:
        return NO_BYTES;
    }
  };
  return (bytes) => {
    held = concatBytes(held, bytes);
    const answers: Uint8Array[] = [];
    let at = 0;
    while (held.length - at >= LENGTH_BYTES) {
      const length = ((held[at] ?? 0) << 8) | (held[at + 1] ?? 0);
      const end = at + LENGTH_BYTES + length;
      if (held.length < end) break;
      answers.push(messageAnswer(held.subarray(at + LENGTH_BYTES, end)));
      at = end;
    }
    held = held.slice(at);
    return concatBytes(...answers);
  };
}

function commandAnswer(card: Card, command: Uint8Array): Uint8Array {
  if (command.length > COMMAND_BYTES_MAX) return status(SW.wrongLength);
  // PC/SC knows no silent card: what a reader would report as mute comes as "no precise diagnosis".
  return card.transmit(command) ?? Uint8Array.of(0x6f, 0x00);
}

/** Contactless: what PC/SC readers make up for a card without historical bytes. @see PC/SC part 3, 3.1.3.2.3 */
function answerToReset(on: CardInterface, protocol: 0 | 1): Uint8Array {
  return on === 'contact' ? encodeAnswerToReset({ protocol }) : Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01);
}

function framed(answer: Uint8Array): Uint8Array {
  return concatBytes(unsignedToBytes(answer.length, LENGTH_BYTES), answer);
}
