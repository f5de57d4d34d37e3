/** A reader with two slots of flash that survive it: each `start` is a start of the power. */

import { developmentReleaseKeys, type ImageDescription, signImage } from '@comptoir/factory';
import {
  COMMAND,
  decodeMessage,
  encodeMessage,
  type Frame,
  type Message,
  NO_BYTES,
  PIECE_BYTES_MAX,
  SELF_TESTS,
} from '@comptoir/protocol';
import { chunksOf, decodeImage, IMAGE_HEADER_BYTES, type Image, MODEL } from '@comptoir/protocol/image';
import { startSlot } from '../../simulator/src/machine/board/bootStage.js';
import { createFirmwareSlots } from '../../simulator/src/machine/board/firmwareSlots.js';
import { createSlotMemory, type SlotMemory } from '../../simulator/src/machine/board/slotMemory.js';
import { developmentConfiguration } from '../../simulator/src/world/configuration.js';
import { createTestPki } from '../../simulator/src/world/pki/testPki.js';
import { FakeBoard, FakeHost } from './fakeBoard.js';

export const KEYS = developmentReleaseKeys();
const TWO = KEYS.slice(0, 2);
/** Three chunks, the last one short. */
export const BODY: Uint8Array = Uint8Array.from({ length: 9_000 }, (_, index) => (index * 13 + (index >> 8)) >> 2);
const RUNNING = 0x00010000;
export const NEWER: ImageDescription = { slot: 1, model: MODEL.simulated, version: 0x00010001, loadAddress: 0 };

const factory = signImage(BODY, { ...NEWER, slot: 0, version: RUNNING }, TWO);
const configuration = developmentConfiguration(createTestPki());

export function newMemory(): SlotMemory {
  return createSlotMemory(() => factory);
}

export function imageOf(more: Partial<ImageDescription> = {}, body: Uint8Array = BODY, keys = TWO): Image {
  const decoded = decodeImage(signImage(body, { ...NEWER, ...more }, keys));
  if (!decoded.ok) throw new Error(decoded.refusal);
  return decoded.image;
}

/** Refusal, or status of the wire as a negative number. */
export type Told = number;

export class UpdatableReader {
  readonly board = new FakeBoard();
  readonly host: FakeHost;
  readonly running: number;
  restarts = 0;
  channel = 0;

  constructor(memory: SlotMemory, settings: { readonly isProvisioned?: boolean } = {}) {
    const running = startSlot(memory);
    if (running === undefined) throw new Error('bricked');
    this.running = running;
    // Signed, and none that this firmware takes.
    this.board.configurationBytes = settings.isProvisioned === false ? Uint8Array.of(0) : configuration;
    this.board.firmware = createFirmwareSlots({
      memory,
      running,
      runningHeader: () => memory.read(running, 0, IMAGE_HEADER_BYTES).slice(),
      restart: () => {
        this.restarts += 1;
      },
    });
    this.host = new FakeHost(this.board);
    // The self-tests of the start, one a step: an image is confirmed when they are over.
    for (const _ of SELF_TESTS) this.host.step();
  }

  /** A reader that a host has spoken to. */
  static greeted(memory: SlotMemory): UpdatableReader {
    const reader = new UpdatableReader(memory);
    reader.channel = reader.host.init();
    return reader;
  }

  ask(message: Message): Message | number {
    return answerOf(this.host.send(this.channel, COMMAND.message, encodeMessage(message)));
  }

  tell(message: Message): Told {
    const answer = this.ask(message);
    if (typeof answer === 'number') return -answer;
    if (answer.kind !== 'firmwareProgress') throw new Error(`answered with ${answer.kind}`);
    return answer.refusal;
  }

  begin(image: Image): Told {
    return this.tell({ kind: 'firmwareBegin', signedHeader: image.signedHeader });
  }

  /** A whole chunk in pieces. @returns what the last piece was answered with, or the first that was refused */
  chunk(chunk: number, bytes: Uint8Array): Told {
    let told = 0;
    for (let offset = 0; offset < bytes.length && told === 0; offset += PIECE_BYTES_MAX) {
      const piece = bytes.subarray(offset, offset + PIECE_BYTES_MAX);
      told = this.tell({ kind: 'firmwareChunk', chunk, chunkLength: bytes.length, offset, piece });
    }
    return told;
  }

  chunks({ chunkTable, body }: Image): readonly Told[] {
    return [chunkTable, ...chunksOf(body)].map((bytes, chunk) => this.chunk(chunk, bytes));
  }

  finish(): Told {
    return this.tell({ kind: 'firmwareFinish' });
  }

  status(): Message<'firmwareProgress'> {
    const answer = this.ask({ kind: 'firmwareStatus' });
    if (typeof answer === 'number' || answer.kind !== 'firmwareProgress') throw new Error('no status');
    return answer;
  }

  /** Numbers of the chunks that the reader has. */
  written(): readonly number[] {
    const { writtenChunks = NO_BYTES } = this.status();
    return [...Array(writtenChunks.length * 8).keys()].filter(
      (chunk) => ((writtenChunks[chunk >> 3] ?? 0) & (1 << (chunk & 7))) !== 0,
    );
  }
}

export function answerOf(frames: readonly Frame[]): Message | number {
  const error = frames.find(({ command }) => command === COMMAND.error);
  if (error !== undefined) return error.payload[0] ?? 0;
  const decoded = decodeMessage(frames.find(({ command }) => command === COMMAND.message)?.payload ?? NO_BYTES);
  if (!decoded.ok) throw new Error(decoded.fault);
  return decoded.message;
}
