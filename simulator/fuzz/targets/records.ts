/** AFL and records: whatever a card says they are, the reading ends, and what is kept has its limit. */
import { toHex } from '@comptoir/protocol';
import { DataStore } from '../../../firmware/src/emv/data/dataStore.js';
import { readApplicationData } from '../../../firmware/src/emv/readApplicationData.js';
import { runKernel } from '../../../firmware/test/emv/runKernel.js';
import { hexIn, hold, Input, vectorInputs } from '../target.js';

/** 64 records, each with 16 rounds of 61xx and one of 6Cxx. */
const COMMANDS_MAX = 64 * 18;
const SIGNED_BYTES_MAX = 64 * 4096;
const READ_RECORD = '00B2';
const GET_RESPONSE = '00C0';

/** An AFL, then one answer after another, each behind its length. */
export function seeds(): readonly Uint8Array[] {
  return vectorInputs('read', 'read.records').map((input) => {
    const apdus = input['apdus'] as readonly Readonly<Record<string, unknown>>[];
    const parts = [hexIn(input, 'afl'), ...apdus.map((apdu) => hexIn(apdu, 'r').subarray(0, 0xff))];
    return Uint8Array.from(parts.flatMap((part) => [part.length, ...part]));
  });
}

export function fuzz(data: Uint8Array): void {
  const input = new Input(data);
  const afl = input.counted();
  const store = new DataStore();
  const run = runKernel(readApplicationData(afl, store, [0x5a]), () => input.counted());
  hold(run.commands.length <= COMMANDS_MAX, 'a card is asked so often and no more');
  for (const command of run.commands)
    hold(
      [READ_RECORD, GET_RESPONSE].includes(toHex(command.subarray(0, 2))),
      'records are read, and nothing else is sent',
    );
  if (run.kind === 'cardGone' || run.outcome.kind !== 'ok') return;
  hold(store.has(0x5a), 'what is mandatory is there');
  hold(run.outcome.staticData.length <= SIGNED_BYTES_MAX, 'what is signed is no more than was read');
  if (run.outcome.isNumberSigned) hold(run.outcome.staticData.length > 0, 'a signed number is in the signed bytes');
}
