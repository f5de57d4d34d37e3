/**
 * One command and its whole answer: procedure bytes 61 and 6C are resolved here, so that no kernel sees them.
 * Source: EMV 4.4 Book 1 §9.3.1; limits: what a hostile card meets.   Floor: apdu.
 */
import { concatBytes, NO_BYTES } from '@comptoir/protocol';
import { getResponse } from './commandApdu.js';
import type { Kernel } from './kernel.js';
import { type ResponseApdu, SW } from './responseApdu.js';
import { sensitive } from './sensitive.js';

/** 256 data bytes and the status word. */
const RESPONSE_BYTES_MAX = 258;
/** A card that chains for ever is given up. */
const CHAINED_RESPONSES_MAX = 16;
const CHAINED_BYTES_MAX = 4096;

const NOT_AN_APDU: ResponseApdu = { data: NO_BYTES, sw: SW.notAnApdu };

/**
 * @param command with its Le as last byte, when `hasLength`: without one no data are expected, and a warning is the end
 * @returns the data, joined, and the last status word; for a warning whose data had to be fetched, the warning
 * @see EMV 4.4 Book 1 §9.3.1.1 (6C), §9.3.1.3 (61), §9.3.1.2 (warnings)
 */
export function* exchange(command: Uint8Array, hasLength = true): Kernel<ResponseApdu> {
  let next = command;
  let joined = NO_BYTES;
  let warning = 0;
  let mayCorrectLength = hasLength;
  for (let chained = 0; ; ) {
    const response = yield { kind: 'transmit', command: next };
    const end = response.length - 2;
    if (end < 0 || response.length > RESPONSE_BYTES_MAX) return NOT_AN_APDU;
    const sw1 = response[end] as number;
    const sw2 = response[end + 1] as number;
    const sw = (sw1 << 8) | sw2;
    const data = response.subarray(0, end);

    if (sw1 === 0x6c && mayCorrectLength && data.length === 0) {
      mayCorrectLength = false;
      next = next.slice();
      next[next.length - 1] = sw2;
      continue;
    }
    joined = joined.length === 0 ? data : sensitive(concatBytes(joined, data));
    if (joined.length > CHAINED_BYTES_MAX) return NOT_AN_APDU;
    const isFirstWarning = hasLength && sw1 === 0x62 && warning === 0 && joined.length === 0;
    if (sw1 !== 0x61 && !isFirstWarning) return { data: joined, sw: warning !== 0 && sw === SW.success ? warning : sw };

    chained += 1;
    if (chained > CHAINED_RESPONSES_MAX) return NOT_AN_APDU;
    if (isFirstWarning) warning = sw;
    next = getResponse(sw1 === 0x61 ? sw2 : 0);
    mayCorrectLength = true;
  }
}
