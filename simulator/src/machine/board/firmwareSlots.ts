/**
 * The board's `FirmwareStore` in software: takes an image for the slot that doesn't run, by the rules of the one in C.
 * Source: docs/explanation/boot-and-update.md.   Floor: simulator machine.
 */

import { verifySignatures } from '@comptoir/factory';
import type { FirmwareStore } from '@comptoir/firmware/board';
import { equalBytes, NO_BYTES } from '@comptoir/protocol';
import {
  CHUNK_TABLE_OFFSET,
  chunkCount,
  decodeImageHeader,
  decodeSignatures,
  encodeSlotStatus,
  IMAGE_HEADER_BYTES,
  type ImageHeader,
  MANIFEST_BYTES,
  REFUSAL,
  type RefusalName,
  refusalOfHeader,
  SIGNED_HEADER_BYTES,
} from '@comptoir/protocol/image';
import { sha256 } from '@noble/hashes/sha2.js';
import { goodImage } from './bootStage.js';
import { knownKeys } from './keys/knownKeys.js';
import { SlotChunks } from './slotChunks.js';
import { SECTOR_BYTES, type SlotMemory } from './slotMemory.js';

const HARDWARE_REVISION = 0;

interface FirmwareSlotsOptions {
  readonly memory: SlotMemory;
  /** What the boot stage chose: 0 A, 1 B. */
  readonly running: number;
  /** 256 bytes: the header of what runs. */
  readonly runningHeader: () => Uint8Array;
  readonly restart: () => void;
}

/** For one start of the reader. */
export function createFirmwareSlots({ memory, running, runningHeader, restart }: FirmwareSlotsOptions): FirmwareStore {
  const target = 1 - running;
  const chunks = new SlotChunks(memory, target);
  let begun: ImageHeader | undefined;

  const isOnTrial = (): boolean => memory.records.confirmed !== running;

  function headerRefusal(manifest: Uint8Array): RefusalName | ImageHeader {
    if (manifest.length !== SIGNED_HEADER_BYTES) return 'malformedHeader';
    const headerBytes = manifest.slice(0, IMAGE_HEADER_BYTES);
    const decoded = decodeImageHeader(headerBytes);
    if (!decoded.ok) return decoded.refusal;
    const runs = decodeImageHeader(runningHeader());
    if (!runs.ok) throw new Error('what runs has no header');
    const { minSecurityVersion } = memory.records;
    const status = { slot: running, isOnTrial: isOnTrial(), trialStartsLeft: 0, minSecurityVersion };
    const refusal = refusalOfHeader(decoded.header, runs.header, status, HARDWARE_REVISION);
    if (refusal !== undefined) return refusal;
    const signatures = decodeSignatures(manifest.subarray(IMAGE_HEADER_BYTES));
    if (signatures === undefined) return 'badSignature';
    return verifySignatures(headerBytes, signatures, knownKeys()) ?? decoded.header;
  }

  function begin(manifest: Uint8Array): RefusalName | undefined {
    if (isOnTrial()) return 'notNow';
    const header = headerRefusal(manifest);
    if (typeof header === 'string') return header;
    if (!equalBytes(memory.read(target, 0, SIGNED_HEADER_BYTES), manifest)) {
      memory.records = { ...memory.records, next: { kind: 'confirmed' } };
      memory.erase(target, 0);
      memory.program(target, 0, manifest);
      if (!equalBytes(memory.read(target, 0, SIGNED_HEADER_BYTES), manifest)) return 'flashFailed';
    }
    begun = header;
    return undefined;
  }

  function write(chunk: number, bytes: Uint8Array): RefusalName | undefined {
    if (begun === undefined) return 'nothingBegun';
    if (chunk > chunkCount(begun.bodyLength)) return 'chunkOutOfRange';
    if (bytes.length !== chunks.lengthOf(begun, chunk)) return 'chunkOutOfRange';
    if (chunk === 0) {
      if (!equalBytes(sha256(bytes), begun.chunkTableSha256)) return 'chunkTableWrong';
      if (!chunks.hasTable(begun)) writeTable(bytes);
      return chunks.hasTable(begun) ? undefined : 'flashFailed';
    }
    if (!chunks.hasTable(begun)) return 'chunkTableWrong';
    if (!equalBytes(sha256(bytes), chunks.hashOf(chunk))) return 'chunkHashWrong';
    if (chunks.has(begun, chunk)) return undefined;
    const offset = MANIFEST_BYTES + (chunk - 1) * SECTOR_BYTES;
    memory.erase(target, offset);
    memory.program(target, offset, bytes);
    return chunks.has(begun, chunk) ? undefined : 'flashFailed';
  }

  function writeTable(table: Uint8Array): void {
    for (let at = CHUNK_TABLE_OFFSET; at < MANIFEST_BYTES; at += SECTOR_BYTES) memory.erase(target, at);
    memory.program(target, CHUNK_TABLE_OFFSET, table);
  }

  function finish(): RefusalName | undefined {
    if (begun === undefined) return 'nothingBegun';
    for (let chunk = 0; chunk <= chunkCount(begun.bodyLength); chunk += 1)
      if (!chunks.has(begun, chunk)) return 'incomplete';
    if (goodImage(memory, target) === undefined) return 'bodyHashWrong';
    memory.records = { ...memory.records, next: { kind: 'pending' } };
    return undefined;
  }

  function confirm(): void {
    if (!isOnTrial()) return;
    const runs = decodeImageHeader(runningHeader());
    const { minSecurityVersion } = memory.records;
    const securityVersion = runs.ok ? runs.header.securityVersion : 0;
    memory.records = {
      confirmed: running,
      next: { kind: 'confirmed' },
      minSecurityVersion: Math.max(minSecurityVersion, securityVersion),
    };
  }

  return {
    running: runningHeader,
    status() {
      const { next, minSecurityVersion } = memory.records;
      const trialStartsLeft = isOnTrial() && next.kind === 'trial' ? next.startsLeft : 0;
      return encodeSlotStatus({ slot: running, isOnTrial: isOnTrial(), trialStartsLeft, minSecurityVersion });
    },
    begin: (manifest) => numberOf(begin(manifest)),
    write: (chunk, bytes) => numberOf(write(chunk, bytes)),
    written() {
      if (begun === undefined) return NO_BYTES;
      const count = chunkCount(begun.bodyLength);
      const bits = new Uint8Array(1 + (count >> 3));
      for (let chunk = 0; chunk <= count; chunk += 1)
        if (chunks.has(begun, chunk)) bits[chunk >> 3] = (bits[chunk >> 3] as number) | (1 << (chunk & 7));
      return bits;
    },
    finish: () => numberOf(finish()),
    confirm() {
      confirm();
      return 0;
    },
    restart,
  };
}

function numberOf(refusal: RefusalName | undefined): number {
  return refusal === undefined ? 0 : REFUSAL[refusal];
}
