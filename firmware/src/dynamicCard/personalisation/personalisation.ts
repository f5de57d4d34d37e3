/**
 * Doing what an issuer signed. Each object is done whole, once and in order, or not at all; an issuer changes only what is its own.
 * Source: docs/reference/wallet-applet.md, STORE DATA.   Floor: dynamicCard.
 */
import * as tlv from '@comptoir/protocol';
import { ACTION, OPERATOR, TAG_C0_PROFILE_IDENTIFIER, TAG_E3_CARD_PREFERENCES } from '@comptoir/protocol/wallet';
import { readCardPreferences } from '../../selection/walletObject.js';
import { SW } from '../command/cardCommand.js';
import * as tags from '../command/cardTags.js';
import { changedProfiles, type MemoryContent, SETTLED_MAX } from '../profiles/cardMemory.js';
import { fitsDirectory } from '../profiles/directory.js';
import type { HeldProfile, Wallet } from '../profiles/wallet.js';
import { putProfile } from './putProfile.js';
import { openSignedObject, type SignedObject } from './signedObject.js';

/** @param bytes a whole signed object, untrusted @returns the status word */
export function personalise(wallet: Wallet, bytes: Uint8Array): number {
  const opened = openSignedObject(wallet.board, bytes);
  if (!opened.ok) {
    switch (opened.fault) {
      case 'MALFORMED':
        return SW.wrongData;
      case 'OTHER_CARD':
        return SW.conditionsNotSatisfied;
      case 'SIGNATURE':
        return SW.securityStatusNotSatisfied;
    }
  }
  const { object } = opened;
  const { sequences } = wallet.memory.content;
  if (object.sequence <= (sequences[object.issuer] ?? 0)) return SW.usedBefore;
  const counted = { sequences: sequences.map((last, issuer) => (issuer === object.issuer ? object.sequence : last)) };
  switch (object.action) {
    case ACTION.put:
      return putProfile(wallet, object, counted);
    case ACTION.order:
      return object.issuer === OPERATOR ? setOrder(wallet, object, counted) : SW.securityStatusNotSatisfied;
    case ACTION.preferences:
      return object.issuer === OPERATOR ? setPreferences(wallet, object, counted) : SW.securityStatusNotSatisfied;
    case ACTION.balance:
    case ACTION.block:
    case ACTION.unblock:
    case ACTION.remove:
      return changeProfile(wallet, object, counted);
    default:
      return SW.wrongData;
  }
}

type Counted = Pick<MemoryContent, 'sequences'>;

function changeProfile(wallet: Wallet, object: SignedObject, counted: Counted): number {
  const id = tlv.findObject(object.objects, TAG_C0_PROFILE_IDENTIFIER)?.value ?? tlv.NO_BYTES;
  const held = wallet.find(id);
  if (held === undefined) return SW.dataNotFound;
  if (held.stored.issuer !== object.issuer) return SW.securityStatusNotSatisfied;
  switch (object.action) {
    case ACTION.balance:
      return setBalance(wallet, held, object, counted);
    case ACTION.remove:
      return remove(wallet, held, counted);
    default:
      return setBlocked(wallet, held, object.action === ACTION.block, counted);
  }
}

/**
 * The balance is the ledger's: what was prepared up to DF2E is in it, or was released there. What was prepared after that stays
 * reserved.
 */
function setBalance({ memory }: Wallet, { entry }: HeldProfile, { objects }: SignedObject, counted: Counted): number {
  const amount = tlv.findObject(objects, tlv.TAG_9F02_AMOUNT_AUTHORISED)?.value;
  const through = tlv.findObject(objects, tags.TAG_DF2E_SETTLED_THROUGH)?.value;
  const balance = amount?.length === 6 ? tlv.unsignedFromBcd(amount) : undefined;
  if (balance === undefined || through?.length !== 2 || entry.amount === undefined) return SW.wrongData;
  const counter = tlv.unsignedFromBytes(through);
  const { pending, settled, profiles } = memory.content;
  const ended = pending.filter((debit) => debit.slot === entry.slot && debit.counter <= counter);
  const kept = memory.keep({
    ...counted,
    profiles: changedProfiles(profiles, entry.slot, { amount: balance }),
    pending: pending.filter((debit) => !ended.includes(debit)),
    settled: [...settled, ...ended.map(({ planId, merchant }) => ({ planId, merchant }))].slice(-SETTLED_MAX),
  });
  return kept ? SW.success : SW.memoryFailure;
}

function setBlocked(wallet: Wallet, { entry }: HeldProfile, isBlocked: boolean, counted: Counted): number {
  const { memory } = wallet;
  const profiles = changedProfiles(memory.content.profiles, entry.slot, { isBlocked });
  if (!isBlocked && !fitsDirectory(wallet.payingOf(profiles))) return SW.noRoom;
  return memory.keep({ ...counted, profiles }) ? SW.success : SW.memoryFailure;
}

/** A profile that comes back under the same keys must never use a counter again: new profiles begin above the removed ones. */
function remove({ memory }: Wallet, { entry }: HeldProfile, counted: Counted): number {
  const { profiles, pending, removedCounter } = memory.content;
  if (memory.isPending(entry.slot)) return SW.conditionsNotSatisfied;
  const kept = memory.keep({
    ...counted,
    profiles: profiles.filter(({ slot }) => slot !== entry.slot),
    pending,
    removedCounter: Math.max(removedCounter, entry.counter),
  });
  return kept ? SW.success : SW.memoryFailure;
}

/** C0 each, in the order that is wanted; profiles that aren't named follow. */
function setOrder(wallet: Wallet, { objects }: SignedObject, counted: Counted): number {
  const first: HeldProfile[] = [];
  for (const { tag, value } of objects) {
    if (tag !== TAG_C0_PROFILE_IDENTIFIER) continue;
    const held = wallet.find(value);
    if (held === undefined) return SW.dataNotFound;
    if (first.some(({ entry }) => entry.slot === held.entry.slot)) return SW.wrongData;
    first.push(held);
  }
  const named = first.map(({ entry }) => entry);
  const rest = wallet.memory.content.profiles.filter(({ slot }) => !named.some((entry) => entry.slot === slot));
  return wallet.memory.keep({ ...counted, profiles: [...named, ...rest] }) ? SW.success : SW.memoryFailure;
}

/** The preferences first: when the power fails in between, the same object comes again and does the same. */
function setPreferences(wallet: Wallet, { objects }: SignedObject, counted: Counted): number {
  const template = tlv.findObject(objects, TAG_E3_CARD_PREFERENCES);
  const read = readCardPreferences(template === undefined ? tlv.NO_BYTES : tlv.encodeTlv(template));
  if (!read.ok) return SW.wrongData;
  return wallet.setPreferences(read.value) && wallet.memory.keep(counted) ? SW.success : SW.memoryFailure;
}
