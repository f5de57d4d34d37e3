/**
 * Commands by their EMV names, for people who follow a transaction.
 * Source: EMV 4.4 Book 3 §6.5.   Floor: simulator world.
 */
import { equalBytes, toHex } from '@comptoir/protocol';
import { INS, parseCommand } from '../../machine/commandApdu.js';
import { PPSE_NAME, PSE_NAME } from './emv/directory.js';

/**
 * @param command untrusted
 * @returns such as `SELECT PPSE`, `READ RECORD SFI 2 record 1`, `GENERATE AC (ARQC, CDA)`; shows nothing secret
 */
export function nameOfCommand(command: Uint8Array): string {
  const parsed = parseCommand(command);
  if (parsed === undefined) return 'malformed command';
  const { ins, p1, p2, data } = parsed;
  switch (ins) {
    case INS.select: {
      const next = p2 === 0x02 ? ' next' : '';
      if (equalBytes(data, PSE_NAME)) return `SELECT PSE${next}`;
      if (equalBytes(data, PPSE_NAME)) return `SELECT PPSE${next}`;
      return `SELECT ${toHex(data)}${next}`;
    }
    case INS.getProcessingOptions:
      return 'GET PROCESSING OPTIONS';
    case INS.readRecord:
      return `READ RECORD SFI ${p2 >> 3} record ${p1}`;
    case INS.internalAuthenticate:
      return 'INTERNAL AUTHENTICATE';
    case INS.generateAc:
      return `GENERATE AC (${cryptogramNames[p1 >> 6]}${(p1 & 0x10) === 0 ? '' : ', CDA'})`;
    case INS.recoverAc:
      return 'RECOVER AC';
    case INS.exchangeRelayResistanceData:
      return 'EXCHANGE RELAY RESISTANCE DATA';
    case INS.getResponse:
      return 'GET RESPONSE';
    case INS.externalAuthenticate:
      return parsed.cla === 0x80 ? 'AUTH READER' : 'EXTERNAL AUTHENTICATE';
    case INS.cardBlock:
      return 'CARD BLOCK';
    case INS.applicationBlock:
      return 'APPLICATION BLOCK';
    case INS.applicationUnblock:
      return 'APPLICATION UNBLOCK';
    case INS.putData:
      return `PUT DATA ${toHex(Uint8Array.of(p1, p2))}`;
    case REDEEM:
      return redeemNames[p1] ?? 'REDEEM';
    case STORE_DATA:
      return `STORE DATA ${p2}`;
    case INS.getData:
      if (p1 > 0 && p1 < listNames.length) return `LIST ${listNames[p1]}${p1 === 2 ? '' : ` ${p2}`}`;
      return `GET DATA ${toHex(Uint8Array.of(p1, p2))}`;
    default:
      return `instruction ${toHex(Uint8Array.of(ins))}`;
  }
}

/** Of the dynamic card's wallet. @see docs/reference/wallet-applet.md */
const REDEEM = 0xd4;
const STORE_DATA = 0xe2;
const listNames: readonly string[] = ['', 'profile', 'preferences', 'pending'];
const redeemNames: readonly (string | undefined)[] = [undefined, 'PREPARE', 'COMMIT', 'CANCEL'];

const cryptogramNames: readonly string[] = ['AAC', 'TC', 'ARQC', 'RFU'];
