/**
 * The card of a basket, read: what its wallet holds, or what its directory lists. What an earlier tap left open is ended first.
 * Source: docs/reference/wallet-applet.md; docs/reference/protocol.md, `inquire`.   Floor: commands.
 */
import { INTERFACE, NO_BYTES } from '@comptoir/protocol';
import { DEBIT, selectByName } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import { SW } from '../../apdu/responseApdu.js';
import { type Combination, directoryEntries, findCombinations, PPSE_NAME } from '../../emv/contactless/entryPoint.js';
import { type Card, ordinaryCard, walletCard } from '../../selection/card.js';
import { applicationsIn, type Configuration } from '../configuration/configuration.js';
import { inquire } from '../shared/answers.js';
import { askHost, awaitCard, type Command, type Interruption, untilInterrupted } from '../shared/command.js';
import type { ReaderState } from '../shared/readerState.js';
import { endDebits } from './assertions.js';
import { openWallet, readWallet, type Wallet, type WalletRefused } from './readWallet.js';
import type { BasketPay } from './tapState.js';

interface CardRead {
  readonly kind: 'card';
  readonly card: Card;
  readonly combinations: readonly Combination[];
}

const STANDS = '00';
const VOID = '05';

/** What was only read on the way is no longer held when the tap goes on. @returns what came between */
export function* readCard(
  reader: ReaderState,
  configuration: Configuration,
  { key, currency, timeoutMs }: BasketPay,
  merchant: string,
): Command<WalletRefused | CardRead | Interruption> {
  const found = yield* awaitCard(INTERFACE.contactless, timeoutMs);
  if (typeof found === 'string') return found;
  const read = yield* walletOf(reader, key, merchant);
  if (typeof read === 'string' || read?.kind === 'refused') return read;
  const ppse = yield* untilInterrupted(exchange(selectByName(PPSE_NAME)));
  if (typeof ppse === 'string') return ppse;
  const data = ppse.sw === SW.success ? ppse.data : NO_BYTES;
  const directory = directoryEntries(data);
  const card =
    read === undefined
      ? ordinaryCard(directory, false)
      : walletCard(read.wallet.profiles, read.wallet.preferences, directory);
  return { kind: 'card', card, combinations: findCombinations(data, applicationsIn(configuration, currency)) };
}

/** @returns undefined for a card without a wallet; what came between */
function* walletOf(
  reader: ReaderState,
  key: string,
  merchant: string,
): Command<WalletRefused | { readonly kind: 'wallet'; readonly wallet: Wallet } | Interruption | undefined> {
  const opened = yield* untilInterrupted(openWallet(reader.board.secure, merchant));
  if (typeof opened === 'string' || opened.kind === 'refused') return opened;
  if (opened.kind === 'none') return undefined;
  const between = yield* settleEarlier(reader, key, opened.unsettled);
  return between ?? (yield* untilInterrupted(readWallet()));
}

/** Ends on the card what an earlier tap left open, as far as it's known how it ended. @returns what came between */
function* settleEarlier(
  reader: ReaderState,
  key: string,
  unsettled: readonly Uint8Array[],
): Command<Interruption | undefined> {
  for (const planId of unsettled) {
    let stands = reader.results.stands(planId);
    if (stands === undefined) {
      const { question, transactionToken } = inquire(reader, { key, planId });
      const answer = yield* askHost(reader.door.checkOneOf<'inquire'>(question));
      // Nobody waits for it after the tap.
      reader.answers.forget(transactionToken);
      if (typeof answer === 'string') return answer;
      if (answer.responseCode === STANDS) stands = true;
      if (answer.responseCode === VOID) stands = false;
    }
    if (stands === undefined) continue;
    const isEnded = yield* untilInterrupted(endDebits(stands ? DEBIT.commit : DEBIT.cancel, planId));
    if (typeof isEnded === 'string') return isEnded;
  }
  return undefined;
}
