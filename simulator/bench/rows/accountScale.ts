/**
 * `npm run bench -- --accounts 1000000`: so many assertions of so many accounts, verified and decided one after the other in one
 * process, in turn with node:crypto's HMAC-SHA-256 over as many bytes; then what more accounts need. Assertions and nonces are made
 * outside the time that is measured, which is the processor's: other work on the machine doesn't count.
 */

import { createHmac } from 'node:crypto';
import { seededBytes } from '@comptoir/crypto/seed';
import { deriveAccountKeys } from '@comptoir/issuer';
import { type AccountOrder, openAccountAuthoriser } from '@comptoir/issuer/authorisers';
import * as tlv from '@comptoir/protocol';
import { cmac } from '@noble/ciphers/aes.js';
import { SingleBar } from 'cli-progress';

const COUNT = 1_000_000;
const BATCH = 1000;
const ACCOUNTS = 230_000_000;
const START_MS = 1_795_521_600_000;
const MERCHANT = 'SHOP-1';
const SCOPE = '4D31303030303030';

/** @param text how many; by default a million */
export function benchAccounts(text: string | undefined): string {
  const count = Math.max(BATCH, Math.floor(Number(text ?? COUNT) || COUNT));
  const random = seededBytes('account scale');
  const keySet = { number: 1, issuerMasterKey: random(16), referenceKey: random(16) };
  const hmacKey = random(32);
  const one = { currency: 978, tapLimit: 10_000, offlineTapLimit: 5000, dayLimit: 50_000, credit: 100_000 };
  let decidedMs = START_MS;
  const authoriser = openAccountAuthoriser({
    keySets: new Map([[1, keySet]]),
    ranges: [{ first: 1n, last: BigInt(ACCOUNTS), ...one }],
    scopesOf: () => [SCOPE],
    pairKey: random(32),
    // What a store on disk costs is the store's: here an entry is let go.
    journal: { append: () => undefined, entries: () => [] },
    nowMs: () => decidedMs,
    random,
  });
  const bar = new SingleBar({ format: 'assertions {bar} {percentage}% {value}/{total} {eta} s left' });
  bar.start(count, 0);
  let ourMs = 0;
  let theirMs = 0;
  let approved = 0;
  let done = 0;
  while (done < count) {
    const orders = ordersOf(authoriser.issueNonces(MERCHANT, Math.min(BATCH, count - done)), keySet, done);
    const startMs = processorMs();
    for (const order of orders) if (authoriser.authorise(order).kind === 'approved') approved += 1;
    const middleMs = processorMs();
    for (const { assertion } of orders) createHmac('sha256', hmacKey).update(assertion).digest();
    ourMs += middleMs - startMs;
    theirMs += processorMs() - middleMs;
    done += orders.length;
    // Decisions and nonces age, as they would.
    decidedMs += 86_400_000;
    bar.update(done);
  }
  bar.stop();
  if (approved !== count) throw new Error(`${count - approved} assertions were not approved`);
  const { cards, accounts } = authoriser.book.sizes();
  const rate = (ms: number): string => Math.round((count * 1000) / ms).toLocaleString('en');
  const each = cards.rowBytes + accounts.rowBytes;
  const kept = (cards.bytes + accounts.bytes) / accounts.rows;
  const gigabytes = (bytes: number): string => `${((bytes * ACCOUNTS) / 1e9).toFixed(1)} GB`;
  return [
    `${count.toLocaleString('en')} assertions verified and decided: ${rate(ourMs)} a second of one core`,
    `node:crypto HMAC-SHA-256 of the same bytes: ${rate(theirMs)} a second; an assertion takes ${(ourMs / theirMs).toFixed(1)} of them`,
    `keys: 2 of 16 bytes a key-set, whatever the number of accounts`,
    `state of an account that tapped: ${each} bytes (card ${cards.rowBytes}, account ${accounts.rowBytes}); with the free places of these tables ${kept.toFixed(1)}`,
    `230 million accounts, all of which tapped: ${gigabytes(each)} of rows, ${gigabytes(each / 0.75)} in tables three quarters full`,
  ].join('\n');
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** One tap of a new account each. */
function ordersOf(
  nonces: readonly Uint8Array[],
  keySet: Parameters<typeof deriveAccountKeys>[0],
  first: number,
): readonly AccountOrder[] {
  return nonces.map((nonce, at) => {
    const account = tlv.concatBytes(new Uint8Array(2), tlv.unsignedToBytes(first + at + 1, 6));
    const serial = account.toReversed();
    const { cardReference, cardKey } = deriveAccountKeys(keySet, account, serial);
    const covered = tlv.encodeTlv(
      tlv.dataObject(0x9f02, tlv.unsignedToBcd(2600, 6)),
      tlv.dataObject(0x5f2a, tlv.unsignedToBcd(978, 2)),
      tlv.dataObject(0x9a, tlv.unsignedToBcd(261_124, 3)),
      tlv.dataObject(0x9f1c, tlv.fromHex(SCOPE) ?? tlv.NO_BYTES),
      tlv.dataObject(0xdf60, nonce),
      tlv.dataObject(0x9f36, Uint8Array.of(0, 1)),
      tlv.dataObject(0xdf61, Uint8Array.of(1)),
      tlv.dataObject(0xdf62, Uint8Array.of(1)),
    );
    const sessionKey = cmac(tlv.concatBytes(Uint8Array.of(2, 0, 1), new Uint8Array(7)), cardKey);
    const cryptogram = cmac(covered, sessionKey).slice(0, 8);
    const proof = [tlv.dataObject(0xdf63, cardReference), tlv.dataObject(0x9f26, cryptogram)];
    const assertion = tlv.concatBytes(covered, tlv.encodeTlv(...proof));
    return { merchant: MERCHANT, key: `${first + at}`, amount: 2600, currency: 978, takesPartial: false, assertion };
  });
}
