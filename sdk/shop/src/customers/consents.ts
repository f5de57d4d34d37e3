/**
 * What a customer agreed to, as receipts that the shop signs: given, listed, exported, withdrawn.
 * Source: Kantara Consent Receipt 1.1; ISO/IEC TS 27560:2023; docs/explanation/give-and-take.md.   Floor: shop customers.
 */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { ConsentPurpose, ConsentReceipt, ConsentRequest } from '../api.js';
import type { Row } from '../database/database.js';
import type { Work } from '../database/work.js';
import { canonical, draw } from '../names.js';
import { ShopError } from '../shopError.js';
import { type Identity, knowCustomer } from './pairwise.js';

const DAY_MS = 86_400_000;

/** What is kept for a purpose, and only as long as it's agreed. */
const CATEGORIES: Readonly<Record<ConsentPurpose, readonly string[]>> = {
  'purchase-history': ['what was bought, when, for how much'],
  marketing: ['that the customer wants to hear of offers'],
  analytics: ['counts of purchases, without a name'],
  preferences: ['language'],
  'sale-or-sharing': ['that the shop may show this customer to the marketplace'],
};

export async function giveConsent(work: Work, request: ConsentRequest, identity: Identity): Promise<ConsentReceipt> {
  if (identity.accountToken === undefined && (identity.references ?? []).length === 0)
    throw new ShopError('invalid', 'Somebody agrees: accountToken or reference is missing.');
  const customer = await knowCustomer(work, identity);
  return giveConsentAs(work, request, customer);
}

/** @param customer of this shop */
export async function giveConsentAs(
  work: Work,
  { purposes, text, language, method, days }: Omit<ConsentRequest, 'accountToken' | 'reference'>,
  customer: string,
): Promise<ConsentReceipt> {
  const { shop } = work;
  const id = draw(work.random, 20);
  const expiresMs = work.nowMs + days * DAY_MS;
  const unsigned: Omit<ConsentReceipt, 'signature' | 'state' | 'withdrawnMs'> = {
    version: 'KI-CR-v1.1.0',
    jurisdiction: shop.jurisdiction,
    consentTimestamp: Math.floor(work.nowMs / 1000),
    collectionMethod: method,
    consentReceiptID: id,
    language,
    piiPrincipalId: customer,
    piiControllers: [{ piiController: shop.name, address: shop.address.join(', '), contact: shop.contact }],
    policyUrl: `/s/${encodeURIComponent(shop.shop_id)}/privacy`,
    services: [
      {
        service: shop.name,
        purposes: purposes.map((purpose) => ({
          purpose,
          consentType: 'EXPLICIT',
          piiCategory: CATEGORIES[purpose],
          primaryPurpose: false,
          termination: new Date(expiresMs).toISOString(),
          thirdPartyDisclosure: purpose === 'sale-or-sharing',
        })),
      },
    ],
    sensitive: false,
    spiCat: [],
    notice: text,
    expiresMs,
  };
  const detail = { ...unsigned, signature: signatureOf(shop.signing_key, canonical(unsigned)) };
  await work.query('insert into consent_receipt values ($1, $2, $3, $4, $5, $6, null, $7)', [
    shop.shop_id,
    id,
    customer,
    JSON.stringify(purposes),
    work.nowMs,
    expiresMs,
    JSON.stringify(detail),
  ]);
  return { ...detail, state: 'given' };
}

export async function consentsOf(work: Work, customer: string): Promise<readonly ConsentReceipt[]> {
  const rows = await work.query(
    'select * from consent_receipt where shop_id = $1 and customer_id = $2 order by given_ms, receipt_id',
    [work.shop.shop_id, customer],
  );
  return rows.map((row) => receiptOf(row, work.nowMs));
}

export async function mayKeep(work: Work, customer: string, purpose: ConsentPurpose): Promise<boolean> {
  const [row] = await work.query(
    'select 1 from consent_receipt where shop_id = $1 and customer_id = $2 and purposes @> $3::jsonb and withdrawn_ms is null and expires_ms > $4 limit 1',
    [work.shop.shop_id, customer, JSON.stringify([purpose]), work.nowMs],
  );
  return row !== undefined;
}

/**
 * From now on nothing is kept for its purposes, and what was is gone, unless another receipt still holds.
 * @param customer whose receipt it has to be; none: a till's
 */
export async function withdrawConsent(work: Work, id: string, customer?: string): Promise<ConsentReceipt> {
  const [row] = await work.query(
    `update consent_receipt set withdrawn_ms = coalesce(withdrawn_ms, $3) where shop_id = $1 and receipt_id = $2
       and ($4::text is null or customer_id = $4) returning *`,
    [work.shop.shop_id, id, work.nowMs, customer ?? null],
  );
  if (row === undefined) throw new ShopError('not-found', 'There is no such receipt.');
  await forgetWhatIsNotAgreed(work, String(row['customer_id']));
  return receiptOf(row, work.nowMs);
}

/** Whoever said no to a purpose: each receipt that holds for it is withdrawn, with its other purposes. */
export async function withdrawPurpose(work: Work, customer: string, purpose: ConsentPurpose): Promise<void> {
  const rows = await work.query(
    'select receipt_id from consent_receipt where shop_id = $1 and customer_id = $2 and purposes @> $3::jsonb and withdrawn_ms is null and expires_ms > $4',
    [work.shop.shop_id, customer, JSON.stringify([purpose]), work.nowMs],
  );
  for (const { receipt_id } of rows) await withdrawConsent(work, String(receipt_id), customer);
}

async function forgetWhatIsNotAgreed(work: Work, customer: string): Promise<void> {
  for (const purpose of Object.keys(CATEGORIES) as ConsentPurpose[])
    if (!(await mayKeep(work, customer, purpose)))
      await work.query('delete from customer_fact where shop_id = $1 and customer_id = $2 and purpose = $3', [
        work.shop.shop_id,
        customer,
        purpose,
      ]);
}

/** Of everybody whose consent ended by its time. */
export async function forgetExpired(work: Work): Promise<void> {
  const rows = await work.query('select distinct customer_id from customer_fact where shop_id = $1', [
    work.shop.shop_id,
  ]);
  for (const { customer_id } of rows) await forgetWhatIsNotAgreed(work, String(customer_id));
}

/** Public half of the key that signs a shop's receipts: PEM. */
export function receiptKeyOf({ signing_key }: Work['shop']): string {
  return createPublicKey(privateKey(signing_key)).export({ type: 'spki', format: 'pem' }).toString();
}

function receiptOf(row: Row, nowMs: number): ConsentReceipt {
  const detail = row['detail'] as Omit<ConsentReceipt, 'state' | 'withdrawnMs'>;
  if (row['withdrawn_ms'] !== null) return { ...detail, state: 'withdrawn', withdrawnMs: Number(row['withdrawn_ms']) };
  return { ...detail, state: Number(row['expires_ms']) > nowMs ? 'given' : 'expired' };
}

function signatureOf(key: Uint8Array, text: string): string {
  return sign('sha256', Buffer.from(text), { key: privateKey(key), dsaEncoding: 'ieee-p1363' })
    .toString('hex')
    .toUpperCase();
}

function privateKey(der: Uint8Array): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
}
