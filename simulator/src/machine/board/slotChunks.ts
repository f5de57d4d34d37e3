/**
 * What of an image is in its slot already: its table of hashes, and the chunks that fit it.
 * Source: docs/explanation/boot-and-update.md.   Floor: simulator machine.
 */
import { equalBytes } from '@comptoir/protocol';
import {
  CHUNK_BYTES,
  CHUNK_TABLE_OFFSET,
  chunkCount,
  type ImageHeader,
  MANIFEST_BYTES,
} from '@comptoir/protocol/image';
import { sha256 } from '@noble/hashes/sha2.js';
import type { SlotMemory } from './slotMemory.js';

const HASH_BYTES = 32;

/** Chunks count from 1; 0 is the table. */
export class SlotChunks {
  private readonly memory: SlotMemory;
  private readonly slot: number;

  constructor(memory: SlotMemory, slot: number) {
    this.memory = memory;
    this.slot = slot;
  }

  hasTable({ bodyLength, chunkTableSha256 }: ImageHeader): boolean {
    const table = this.memory.read(this.slot, CHUNK_TABLE_OFFSET, chunkCount(bodyLength) * HASH_BYTES);
    return equalBytes(sha256(table), chunkTableSha256);
  }

  /** By the table. */
  hashOf(chunk: number): Uint8Array {
    return this.memory.read(this.slot, CHUNK_TABLE_OFFSET + (chunk - 1) * HASH_BYTES, HASH_BYTES);
  }

  lengthOf({ bodyLength }: ImageHeader, chunk: number): number {
    return chunk === 0 ? chunkCount(bodyLength) * HASH_BYTES : Math.min(CHUNK_BYTES, bodyLength - offsetOf(chunk));
  }

  has(header: ImageHeader, chunk: number): boolean {
    if (!this.hasTable(header)) return false;
    if (chunk === 0) return true;
    const bytes = this.memory.read(this.slot, MANIFEST_BYTES + offsetOf(chunk), this.lengthOf(header, chunk));
    return equalBytes(sha256(bytes), this.hashOf(chunk));
  }
}

/** In the body. */
function offsetOf(chunk: number): number {
  return (chunk - 1) * CHUNK_BYTES;
}
