/**
 * Results as lines for people.
 * Floor: cli.
 */

import {
  formatMoney,
  type LookupResult,
  type Payment,
  type PayResult,
  type Presented,
  type ReaderLink,
  type ReaderLog,
  type Tender,
} from '@comptoir/sdk';
import { cardName } from './cardName.js';

export function describePayResult(result: PayResult): readonly string[] {
  if (result.status === 'unknown') return [headline(result), result.recovery.message];
  const recovery = result.status === 'declined' ? [result.recovery.message] : [];
  return [headline(result), ...(result.payment === undefined ? [] : describePayment(result.payment)), ...recovery];
}

function headline(result: PayResult): string {
  switch (result.status) {
    case 'approved':
      return `approved ${formatMoney(result.payment.taken)}`;
    case 'partial':
      return `approved in part ${formatMoney(result.payment.taken)}, remaining ${formatMoney(result.remaining)}`;
    case 'stored':
      return `stored ${formatMoney(result.payment.taken)}`;
    case 'declined':
      return `declined ${result.code}`;
    case 'cancelled':
      return `cancelled by ${result.by}`;
    case 'unknown':
      return `unknown: key ${result.key}, charged: ${result.charged}`;
  }
}

export function describeLookup(result: LookupResult): readonly string[] {
  return result.status === 'never-seen' ? ['never seen: nothing was charged with this key'] : describePayResult(result);
}

export function describePresented({ instruments }: Presented): readonly string[] {
  return instruments.map((instrument) => {
    const { kind, balance, token, tokenReason, authentication } = instrument;
    return [
      kind === 'bank' ? cardName(instrument) : `${kind} ${cardName(instrument)}`,
      ...(balance === undefined ? [] : [formatMoney(balance)]),
      ...(authentication === undefined
        ? []
        : [
            `token ${token ?? `none (${tokenReason})`}`,
            `authentication ${authentication.method} ${authentication.result}`,
          ]),
    ].join(', ');
  });
}

function describePayment({ tenders, notUsed, settled }: Payment): readonly string[] {
  return [
    ...tenders.flatMap(describeTender),
    ...notUsed.map(({ kind, label, reason }) => `  not by ${kind} ${label}: ${reason}`),
    ...(settled ? [] : ['The authorisers do not know it yet: look the key up again.']),
  ];
}

function describeTender(tender: Tender): readonly string[] {
  const { kind, amount, rules, token, tokenReason, receipt = {} } = tender;
  const why = rules.length === 0 ? '' : ` (${rules.join(', ')})`;
  const fields = Object.entries(receipt).map(([name, value]) => `    ${name}: ${value}`);
  return [
    `  ${amount.minor === 0 ? 'refused' : formatMoney(amount)} by ${kind} ${cardName(tender)}${why}`,
    ...(token === undefined ? [] : [`    token: ${token ?? `none (${tokenReason})`}`]),
    ...fields,
  ];
}

/** The latest last. */
export function describeLog({ uptimeSeconds, total, entries }: ReaderLog): readonly string[] {
  return [
    `started ${uptimeSeconds} s ago, ${total} events`,
    ...entries.map(({ event, detail, times, secondsAgo }) => {
      const often = times === 1 ? '' : `, ${times} times`;
      return `${String(secondsAgo).padStart(8)} s ago  ${event} ${detail}${often}`;
    }),
  ];
}

/** What is known about the reader and the link, as names and texts. */
export function describeLink(link: ReaderLink): Readonly<Record<string, string>> {
  if (link.protocolVersion === 1) return { protocolVersion: '1, in clear: nothing is known about who is there' };
  const { certificate, firmware } = link;
  const { model, serial, validFrom, validThrough, factory, isDevelopment } = certificate;
  return {
    protocolVersion: '2, Noise_XX_25519_AESGCM_SHA256',
    certified: `${model}, ${serial === '' ? 'any serial number' : serial}`,
    certificateValid: `${day(validFrom)} to ${day(validThrough)}`,
    factory: isDevelopment ? `${factory}, development: it protects nothing` : factory,
    firmwareSha256: firmware.sha256,
  };
}

function day(date: number): string {
  return String(date).replace(/(\d{4})(\d\d)(\d\d)/, '$1-$2-$3');
}
