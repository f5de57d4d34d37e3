/**
 * The firmware messages above the board's slots. The board decides and holds everything that must survive; what is here is
 * the chunk that is just coming, since the board takes whole chunks and a message carries a piece of one.
 * Source: docs/explanation/boot-and-update.md.   Floor: update.
 */
import { type Message, NO_BYTES, STATUS } from '@comptoir/protocol';
import type { FirmwareStore } from '../board/board.js';

export type FirmwareMessage = Message<
  'firmwareBegin' | 'firmwareChunk' | 'firmwareStatus' | 'firmwareFinish' | 'firmwareReboot' | 'firmwareConfirm'
>;

/** The board takes at once a sector of a body, or the whole chunk table: 192 entries of 32 bytes. */
const CHUNK_BYTES_MAX = 6144;
const ON_TRIAL = 1;

export class FirmwareUpdate {
  /** REBOOT was taken: restart as soon as its answer has left. */
  isRestartDue = false;
  private readonly store: FirmwareStore;
  private chunk = 0;
  private bytes: Uint8Array = NO_BYTES;
  private taken = 0;

  constructor(store: FirmwareStore) {
    this.store = store;
  }

  /** @returns the answer, or a status of the wire when the message makes no sense */
  take(message: FirmwareMessage): Message<'firmwareProgress'> | number {
    const { store } = this;
    switch (message.kind) {
      case 'firmwareBegin': {
        this.forget();
        const refusal = store.begin(message.signedHeader);
        return refusal === 0 ? { ...progress(0), writtenChunks: store.written() } : progress(refusal);
      }
      case 'firmwareChunk':
        return this.takePiece(message);
      case 'firmwareStatus':
        return {
          ...progress(0),
          runningHeader: store.running(),
          slotStatus: store.status(),
          writtenChunks: store.written(),
        };
      case 'firmwareFinish':
        return progress(store.finish());
      case 'firmwareReboot':
        this.isRestartDue = true;
        return progress(0);
      case 'firmwareConfirm':
        return progress(store.confirm());
    }
  }

  /** The reader works and was heard: an image on trial stays. When the flash fails, the next INIT tries again. */
  confirmTrial(): void {
    if (this.store.status()[1] === ON_TRIAL) this.store.confirm();
  }

  restart(): void {
    this.isRestartDue = false;
    this.store.restart();
  }

  /** Gives the memory of a half chunk back: its pieces come again from offset 0. */
  forget(): void {
    this.bytes = NO_BYTES;
    this.taken = 0;
  }

  private takePiece(message: Message<'firmwareChunk'>): Message<'firmwareProgress'> | number {
    const { chunk, chunkLength, offset, piece } = message;
    const end = offset + piece.length;
    if (chunkLength > CHUNK_BYTES_MAX || piece.length === 0 || end > chunkLength) return STATUS.messageRefused;
    if (offset === 0) {
      this.chunk = chunk;
      this.bytes = new Uint8Array(chunkLength);
      this.taken = 0;
    }
    if (chunk !== this.chunk || chunkLength !== this.bytes.length || offset > this.taken) return STATUS.invalidSequence;
    this.bytes.set(piece, offset);
    this.taken = end;
    if (end < chunkLength) return progress(0);
    const whole = this.bytes;
    this.forget();
    return progress(this.store.write(chunk, whole));
  }
}

function progress(refusal: number): Message<'firmwareProgress'> {
  return { kind: 'firmwareProgress', refusal };
}
