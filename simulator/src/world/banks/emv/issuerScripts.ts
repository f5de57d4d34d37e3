/**
 * What an issuer has a card do, as the reader passes it on: template 71 before the second GENERATE AC, 72 after it.
 *
 *   71 or 72   9F18 script identifier 4 | 86 command | 86 …        a command: 84 INS P1 P2 Lc | data | MAC 8
 *
 * Source: EMV 4.4 Book 2 §9.2; Book 3 §10.10.   Floor: simulator world.
 */
import * as tlv from '@comptoir/protocol';
import type { CardKeys } from './cardKeys.js';
import { type CryptogramVersion, type FieldOf, scriptCommandMac } from './cryptogramVersion.js';

export type ScriptName = 'newLimits' | 'blockApplication' | 'blockCard' | 'wrongMac';

type Command = readonly [ins: number, p1: number, p2: number, data: readonly number[]];

const TAG_71_BEFORE = 0x71;
const TAG_72_AFTER = 0x72;
const TAG_86_COMMAND = 0x86;
const TAG_9F18_SCRIPT_IDENTIFIER = 0x9f18;
const SCRIPT_IDENTIFIER = Uint8Array.of(0xc0, 0x00, 0x00, 0x01);
const MAC_BYTES = 8;

/** The lower limit becomes 1, the upper one 2. */
const newLimits: readonly Command[] = [
  [0xda, 0x9f, 0x58, [1]],
  [0xda, 0x9f, 0x59, [2]],
];
const SCRIPTS: Readonly<Record<ScriptName, { readonly template: number; readonly commands: readonly Command[] }>> = {
  newLimits: { template: TAG_72_AFTER, commands: newLimits },
  wrongMac: { template: TAG_72_AFTER, commands: newLimits },
  blockApplication: { template: TAG_71_BEFORE, commands: [[0x1e, 0, 0, []]] },
  blockCard: { template: TAG_72_AFTER, commands: [[0x16, 0, 0, []]] },
};

/** @param field gives 9F36 and 9F26 of the ARQC that the issuer answers @returns one template */
export function issuerScript(name: ScriptName, version: CryptogramVersion, keys: CardKeys, field: FieldOf): Uint8Array {
  const { template, commands } = SCRIPTS[name];
  const made = commands.map(([ins, p1, p2, data]) => {
    const header = Uint8Array.of(0x84, ins, p1, p2, data.length + MAC_BYTES);
    const mac = scriptCommandMac(version, keys.script, field, header, Uint8Array.from(data));
    if (name === 'wrongMac') mac[0] = (mac[0] ?? 0) ^ 0x01;
    return tlv.dataObject(TAG_86_COMMAND, tlv.concatBytes(header, Uint8Array.from(data), mac));
  });
  return tlv.encodeTlv(tlv.template(template, tlv.dataObject(TAG_9F18_SCRIPT_IDENTIFIER, SCRIPT_IDENTIFIER), ...made));
}
