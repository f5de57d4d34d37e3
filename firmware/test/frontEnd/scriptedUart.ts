/** A PN532 by its serial line: what has to be written to it, and what then comes back. Time stands still until it's moved. */
import { fromHex, NO_BYTES, toHex } from '@comptoir/protocol';
import { expect } from 'vitest';
import type { UartPort } from '../../src/board/board.js';

export const ACK = '0000FF00FF00';

export interface ScriptedUartOptions {
  /** Bytes given by one read. Default: all that have come. */
  readonly readLength?: number;
}

export class ScriptedUart implements UartPort {
  nowMs = 0;
  readonly clock = { uptimeMs: (): number => this.nowMs };
  /** Everything that was handed to the firmware, the very bytes. */
  readonly handedOver: Uint8Array[] = [];
  /** False: the queue is full. */
  hasRoom = true;
  private readonly script: [string, string][];
  private readonly readLength: number;
  private waiting = NO_BYTES;

  /** @param script hexadecimal of a write, and of everything that comes after it */
  constructor(script: readonly (readonly [string, string])[], { readLength = 256 }: ScriptedUartOptions = {}) {
    this.script = script.map(([sent, answer]) => [plain(sent), plain(answer)]);
    this.readLength = readLength;
  }

  write(bytes: Uint8Array): boolean {
    if (!this.hasRoom) return false;
    const next = this.script.shift();
    expect(toHex(bytes)).toBe(next?.[0]);
    this.come(next?.[1] ?? '');
    return true;
  }

  read(): Uint8Array {
    const given = this.waiting.slice(0, this.readLength);
    this.waiting = this.waiting.slice(given.length);
    this.handedOver.push(given);
    return given;
  }

  /** More comes, by itself. */
  come(hex: string): void {
    const bytes = fromHex(plain(hex)) as Uint8Array;
    this.waiting = Uint8Array.of(...this.waiting, ...bytes);
  }

  /** Everything was written that had to be. */
  expectUsedUp(): void {
    expect(this.script).toEqual([]);
  }
}

function plain(hex: string): string {
  return hex.replaceAll(' ', '').toUpperCase();
}

/** A frame from the PN532 by the user manual. @param body hexadecimal, without TFI */
export function frameFromPn532(body: string): string {
  const bytes = [0xd5, ...(fromHex(plain(body)) as Uint8Array)];
  const sum = -bytes.reduce((total, byte) => total + byte, 0) & 0xff;
  const { length } = bytes;
  const [high, low] = [length >> 8, length & 0xff];
  const header = length < 256 ? [low, -low & 0xff] : [0xff, 0xff, high, low, -(high + low) & 0xff];
  return toHex(Uint8Array.of(0, 0, 0xff, ...header, ...bytes, sum, 0));
}
