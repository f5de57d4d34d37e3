/** The slot of the Pico on the emulated chip: PIO, its interrupts and the firmware's protocols, against a card bit by bit. */

import { seededBytes } from '@comptoir/crypto/seed';
import { connect, newKey, ReaderError } from '@comptoir/sdk';
import { memory } from '@comptoir/sdk/transports/memory';
import { describe, expect, test } from 'vitest';
import type { Card } from '../../../src/machine/card.js';
import type { SlotStyle } from '../../../src/machine/slot/slotCard.js';
import type { SlotFault } from '../../../src/machine/slot/slotFault.js';
import { type Simulation, simulate } from '../../../src/simulation/simulate.js';
import { startedReader } from '../chip/chipReader.js';

const amount = { minor: 1250, currency: 'EUR' };
const TIMEOUT_MS = 600_000;
/** firmware/port/boards/pico/contact/contactLine.h */
const [IO_PIN, SWITCH_PIN] = [2, 8];

/** @returns how the payment ended: its status, or the code of the error */
async function pay(simulation: Simulation): Promise<string> {
  await using reader = await connect(simulation, simulation);
  return await reader.pay({ amount, key: newKey('order'), interfaces: 'contact' }).then(
    ({ status }) => status,
    (error: unknown) => (error instanceof ReaderError ? error.code : Promise.reject(error)),
  );
}
/** A card without a single application: the reader asks for all that it knows, and ends. */
function emptyCard(): Card & { readonly commands: string[] } {
  const commands: string[] = [];
  return {
    name: 'empty',
    interface: 'contact',
    commands,
    powerOn: () => undefined,
    transmit(command) {
      commands.push(Buffer.from(command).toString('hex'));
      return Uint8Array.of(0x6a, 0x82);
    },
    powerOff: () => undefined,
  };
}
async function commandsOn(target: 'node' | 'pico', slot: SlotStyle) {
  await using simulation = await simulate({ seed: 2, target, slot });
  const card = emptyCard();
  simulation.insert(card);
  return { ended: await pay(simulation), commands: card.commands };
}

describe('the slot of the chip', { timeout: TIMEOUT_MS }, () => {
  test.each<[string, SlotStyle]>([
    ['T=0', { protocol: 0 }],
    ['T=1, D = 4', { protocol: 1, rate: 4 }],
  ])('a sale by %s', async (_, slot) => {
    await using simulation = await simulate({ seed: 5, target: 'pico', slot });
    simulation.insert('mastercard');
    expect(await pay(simulation)).toBe('approved');
    await using onNode = await simulate({ seed: 5, target: 'node', slot });
    onNode.insert('mastercard');
    expect(await pay(onNode)).toBe('approved');
    expect(simulation.steps().map(({ name }) => name)).toEqual(onNode.steps().map(({ name }) => name));
  });

  test.each<SlotStyle>([
    { protocol: 0, isInverse: true },
    { protocol: 0, rate: 2, isInverse: true, isStepwise: true },
    { protocol: 0, rate: 4, waits: 2 },
    { protocol: 1, isInverse: true, blockBytes: 16 },
    { protocol: 1, rate: 2, waits: 1 },
    { protocol: 0, atr: Uint8Array.of(0x3b, 0x60, 0x25, 0x00) },
    // TC1: no extra guard time, and a lot of it.
    { protocol: 0, atr: Uint8Array.of(0x3b, 0x60, 0x00, 0xff) },
    { protocol: 0, atr: Uint8Array.of(0x3b, 0x60, 0x00, 0x40) },
  ])('%j: the card gets what it gets from the line in software', async (slot) => {
    const onChip = await commandsOn('pico', slot);
    expect(onChip.commands.length).toBeGreaterThan(3);
    expect(onChip).toEqual(await commandsOn('node', slot));
  });

  test.each<[string, SlotFault, boolean]>([
    ['a character comes with wrong parity three times', { kind: 'wrongParity', at: 6, times: 3 }, true],
    ['four times', { kind: 'wrongParity', at: 6, times: 4 }, false],
    ['the card refuses a character three times', { kind: 'refuses', at: 7, times: 3 }, true],
    ['four times', { kind: 'refuses', at: 7, times: 4 }, false],
    ['wrong parity in the answer to reset', { kind: 'wrongParity', at: 2, times: 1 }, false],
    ['the card falls silent', { kind: 'silent', at: 6 }, false],
  ])('T=0, %s', async (_, fault, goesOn) => {
    const { commands, ended } = await commandsOn('pico', { protocol: 0, faults: [fault] });
    expect(ended).not.toBe('approved');
    expect(commands.length > 3).toBe(goesOn);
  });

  test('T=1, wrong parity once in each of ten characters', async () => {
    const faults = Array.from(
      { length: 10 },
      (_, at): SlotFault => ({ kind: 'wrongParity', at: 15 + 9 * at, times: 1 }),
    );
    const { commands } = await commandsOn('pico', { protocol: 1, faults });
    expect(commands.length).toBeGreaterThan(3);
  });

  test('a card that is pulled at any character, and the next sale', async () => {
    const slot: { protocol: 0; faults: SlotFault[] } = { protocol: 0, faults: [] };
    await using simulation = await simulate({ target: 'pico', slot });
    for (const at of [5, 6, 30, 31, 100]) {
      slot.faults = [{ kind: 'pulled', at }];
      simulation.insert('mastercard');
      expect(await pay(simulation), `${at}`).toBe('card/torn');
    }
    slot.faults = [];
    simulation.insert(emptyCard());
    expect(await pay(simulation)).not.toBe('approved');
    expect(simulation.acquirer.charges()).toEqual([]);
  });

  test.each(['a switch that bounces for 30 ms', 'a line that stays low once the card has said all'])(
    '%s',
    async (what) => {
      await using started = await startedReader();
      const { reader, clock } = started;
      const acquirer = { authorise: () => Promise.reject(new Error('no')), status: () => Promise.resolve(null) };
      const options = { clock, random: seededBytes('till'), acquirer, trust: 'development' } as const;
      await using till = await connect(memory(reader.port), options);
      const card = emptyCard();
      const paid = till.pay({ amount, key: newKey('order'), interfaces: 'contact' }).then(
        ({ status }) => status,
        (error: unknown) => (error instanceof ReaderError ? error.code : Promise.reject(error)),
      );
      await clock.sleep(200);
      reader.contact.put(card);
      const isBouncing = what.includes('bounces');
      if (isBouncing)
        for (let bounce = 0; bounce < 6; bounce += 1) {
          reader.chip.core.gpio[SWITCH_PIN]?.setInputValue(bounce % 2 === 0);
          await clock.sleep(5);
        }
      else {
        while (reader.slotCard.sent < 4) await clock.sleep(1);
        // Shorted to ground: what the line says doesn't reach the chip any more.
        const io = reader.chip.core.gpio[IO_PIN];
        io?.setInputValue(false);
        if (io !== undefined) io.setInputValue = () => undefined;
      }
      expect(await paid).not.toBe('approved');
      expect(card.commands.length > 3).toBe(isBouncing);
      expect(reader.chip.fault).toBeUndefined();
    },
  );
});
