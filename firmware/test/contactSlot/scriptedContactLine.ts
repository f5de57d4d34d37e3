/** A card in a slot by its contacts: what has to be written to it, and what then comes back. Silence passes when it's told to. */
import { fromHex, NO_BYTES, toHex } from '@comptoir/protocol';
import { expect } from 'vitest';
import type { ContactLinePort } from '../../src/board/board.js';

export class ScriptedContactLine implements ContactLinePort {
  nowMs = 0;
  readonly clock = { uptimeMs: (): number => this.nowMs };
  isPresent = true;
  hasDamage = false;
  etu = 0;
  /** False: the line still sends. */
  hasRoom = true;
  /** What was done to the contacts, in order. */
  readonly done: string[] = [];
  /** Everything that was handed to the firmware, the very bytes. */
  readonly handedOver: Uint8Array[] = [];
  private readonly answers: string[];
  private readonly script: (readonly [string, string])[];
  private readonly readLength: number;
  private waiting = NO_BYTES;

  /** @param answers to each reset @param script hexadecimal of a write, and of everything that comes after it */
  constructor(answers: readonly string[], script: readonly (readonly [string, string])[] = [], readLength = 264) {
    this.answers = answers.map(plain);
    this.script = script.map(([sent, answer]) => [plain(sent), plain(answer)]);
    this.readLength = readLength;
  }

  isCardPresent(): boolean {
    return this.isPresent;
  }
  reset(): void {
    this.done.push('reset');
    this.begin();
    this.come(this.answers.shift() ?? '');
  }
  powerOff(): void {
    this.done.push('powerOff');
  }
  setTransmission(hasErrorSignal: boolean, etuClocks: number, guardEtu: number): void {
    this.done.push(`${hasErrorSignal ? 'T=0' : 'T=1'} ${etuClocks} ${guardEtu}`);
  }
  write(bytes: Uint8Array): boolean {
    if (!this.hasRoom) return false;
    const next = this.script.shift();
    expect(toHex(bytes)).toBe(next?.[0]);
    this.begin();
    this.come(next?.[1] ?? '');
    return true;
  }
  read(): Uint8Array {
    const given = this.waiting.slice(0, this.readLength);
    this.waiting = this.waiting.slice(given.length);
    this.handedOver.push(given);
    return given;
  }
  isDamaged(): boolean {
    return this.hasDamage;
  }
  silentEtu(): number {
    return this.etu;
  }

  /** More comes, by itself. */
  come(hex: string): void {
    this.waiting = Uint8Array.of(...this.waiting, ...(fromHex(plain(hex)) as Uint8Array));
    if (hex !== '') this.etu = 0;
  }
  /** Everything was written that had to be. */
  expectUsedUp(): void {
    expect(this.script).toEqual([]);
  }
  private begin(): void {
    this.waiting = NO_BYTES;
    this.hasDamage = false;
    this.etu = 0;
  }
}

function plain(hex: string): string {
  return hex.replaceAll(' ', '').toUpperCase();
}
