/**
 * `comptoir card top-up`, `block`, `unblock`, `remove`, `order`: changes to what is on a card.
 * Floor: cli.
 */

import type { CardIssuer } from '@comptoir/issuer';
import { latin1ToBytes } from '@comptoir/protocol';
import { parseMoney } from '@comptoir/sdk';
import { numberFrom, refusal } from '../files.js';
import type { ExitCode, Output } from '../session.js';
import { type IssueOptions, issue } from './issue.js';

const COUNTER_MAX = 65_535;

export interface TopUpOptions extends IssueOptions {
  readonly balance: string;
  readonly currency: string;
  readonly settledThrough: string;
}

/** The balance that the ledger has now, not what is added: a card's figure is a copy of it. */
export function topUp(profile: string, options: TopUpOptions, output: Output): ExitCode {
  const id = idFrom(profile);
  const balance = parseMoney(options.balance, options.currency);
  if (balance === undefined) throw refusal(`${options.balance} ${options.currency} is no amount.`);
  const counter = numberFrom('--settled-through', options.settledThrough, COUNTER_MAX);
  return issue(options, output, (issuer) => [issuer.setBalance(id, balance.minor, counter)]);
}

export type Change = 'block' | 'unblock' | 'remove';

export function change(what: Change, profiles: readonly string[], options: IssueOptions, output: Output): ExitCode {
  const ids = profiles.map(idFrom);
  return issue(options, output, (issuer: CardIssuer) => ids.map((id) => issuer[what](id)));
}

export function order(profiles: readonly string[], options: IssueOptions, output: Output): ExitCode {
  const ids = profiles.map(idFrom);
  return issue(options, output, (issuer) => [issuer.order(ids)]);
}

function idFrom(text: string): Uint8Array {
  if (!/^[\x20-\x7e]{1,16}$/.test(text))
    throw refusal('A profile is named by its id: 1 to 16 printable ASCII characters.');
  return latin1ToBytes(text);
}
