/**
 * What a card's wallet holds for this merchant, for a till that wants to look before it takes: what could be used, and no number.
 * Source: docs/reference/protocol.md, `presented`; docs/reference/wallet-list.md.   Floor: commands.
 */
import { equalBytes, INTERFACE, NO_BYTES, startsWithBytes, type TemplateContent } from '@comptoir/protocol';
import { ACTIVATED, KIND_BANK, WALLET_AID, type WalletProfile } from '@comptoir/protocol/wallet';
import type { Kernel } from '../../apdu/kernel.js';
import type { Secure } from '../../board/board.js';
import { clearLabel } from '../../token/clearFields.js';
import type { LeavingItem } from '../../token/door.js';
import { Vouched } from '../../token/vouched.js';
import type { Configuration } from '../configuration/configuration.js';
import { referenceOf } from './instrument.js';
import { openWallet, readWallet, type WalletRefused } from './readWallet.js';

/** No number fits behind the five bytes of the RID then: it may be that of an application that is never opened, which no search knows. */
export const AID_BYTES_SHOWN = 7;

type InstrumentRow = LeavingItem<TemplateContent<'instrument'>>;
export type WalletListed = WalletRefused | { readonly kind: 'listed'; readonly profiles: readonly WalletProfile[] };

/**
 * @returns no profiles of a card without a wallet. What is for other merchants or isn't activated is left out, and so is the figure of a profile
 *          of which an earlier sale may have taken something: only the authorisers know, and nobody asks them here
 */
export function* listWalletProfiles(secure: Secure, merchant: string): Kernel<WalletListed> {
  const opened = yield* openWallet(secure, merchant);
  if (opened.kind === 'refused') return opened;
  if (opened.kind === 'none') return { kind: 'listed', profiles: [] };
  const read = yield* readWallet();
  if (read.kind === 'refused') return read;
  const profiles = read.wallet.profiles.filter(
    ({ activation, label }) => activation === ACTIVATED && label !== undefined,
  );
  const isHeld = ({ id }: WalletProfile): boolean => opened.held.some((held) => equalBytes(held, id));
  return { kind: 'listed', profiles: profiles.map((profile) => (isHeld(profile) ? withoutFigure(profile) : profile)) };
}

function withoutFigure({ balance, pointsValue, ...profile }: WalletProfile): WalletProfile {
  return profile;
}

/** @param read the bank application that was read, which the wallet lists as well; it comes first, with its reference */
export function walletInstruments(
  secure: Secure,
  configuration: Configuration,
  profiles: readonly WalletProfile[],
  read: InstrumentRow | undefined,
): InstrumentRow[] {
  const rows: InstrumentRow[] = [];
  let first = read;
  for (const profile of profiles) {
    if (first !== undefined && isOfProfile(first, profile)) first = { ...first, ...namesOf(secure, profile) };
    else rows.push(rowOf(secure, configuration, profile));
  }
  return first === undefined ? rows : [first, ...rows];
}

function isOfProfile(
  { applicationIdentifier, reference }: InstrumentRow,
  { kind, aid = NO_BYTES }: WalletProfile,
): boolean {
  if (kind !== KIND_BANK || reference !== undefined || aid.length === 0) return false;
  const name = applicationIdentifier instanceof Vouched ? applicationIdentifier.value : applicationIdentifier;
  return startsWithBytes(name, aid);
}

function rowOf(secure: Secure, configuration: Configuration, profile: WalletProfile): InstrumentRow {
  const { label = NO_BYTES, aid = WALLET_AID, pointsValue, balance = pointsValue, currency } = profile;
  return {
    label: clearLabel(label),
    applicationIdentifier: shownName(configuration, aid),
    maskedNumber: '',
    usedInterface: INTERFACE.contactless,
    authenticationMethod: 'none',
    authenticationResult: 'none',
    tokenReason: 'not-read',
    ...namesOf(secure, profile),
    ...(balance !== undefined && { balance }),
    ...(currency !== undefined && { currencyCode: currency }),
  };
}

/** The name of a profile's application that may be opened or not: as the configuration has it, or its first bytes. */
export function shownName({ applications }: Configuration, aid: Uint8Array): Vouched | Uint8Array {
  const name = aid.slice(0, AID_BYTES_SHOWN);
  return Vouched.acceptedName(applications, name) ?? name;
}

function namesOf(secure: Secure, { id, kind }: WalletProfile): Pick<InstrumentRow, 'profileKind' | 'reference'> {
  const reference = referenceOf(secure, id);
  return { profileKind: kind, ...(reference !== undefined && { reference }) };
}
