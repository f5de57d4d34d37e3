/**
 * The payment system environments: what a card says that it holds, and how it answers SELECT.
 * Source: EMV 4.4 Book 1 §11.3 and §12.2 (PSE, FCI); contactless Book B §3.3.1 (PPSE).   Floor: simulator world.
 */
import * as tlv from '@comptoir/protocol';
import type { ApplicationProfile } from '../personalisation/cardProfile.js';
import { type DolEntry, encodeDol } from '../personalisation/dataObjectList.js';
import type { CardRecord } from '../personalisation/recordFiles.js';
import { proprietaryObjects } from '../personalisation/recordObjects.js';

export const PSE_NAME: Uint8Array = tlv.latin1ToBytes('1PAY.SYS.DDF01');
export const PPSE_NAME: Uint8Array = tlv.latin1ToBytes('2PAY.SYS.DDF01');

/** The file of the PSE that holds its directory. */
const DIRECTORY_SFI = 1;
/** Two entries a record, so that a card with three applications has two records. */
const ENTRIES_PER_RECORD = 2;

const languages = tlv.dataObject(tlv.TAG_5F2D_LANGUAGE_PREFERENCE, tlv.latin1ToBytes('enfr'));

export function pseFci(): Uint8Array {
  const file = tlv.dataObject(tlv.TAG_88_SHORT_FILE_IDENTIFIER, Uint8Array.of(DIRECTORY_SFI));
  return fci(PSE_NAME, file, languages);
}

export function pseRecords(applications: readonly ApplicationProfile[]): readonly CardRecord[] {
  const records: CardRecord[] = [];
  for (let at = 0; at < applications.length; at += ENTRIES_PER_RECORD) {
    const objects = applications
      .slice(at, at + ENTRIES_PER_RECORD)
      .map((application) => tlv.template(tlv.TAG_61_APPLICATION_TEMPLATE, ...entry(application)));
    records.push({ sfi: DIRECTORY_SFI, objects, isSigned: false });
  }
  return records;
}

export function ppseFci(applications: readonly ApplicationProfile[]): Uint8Array {
  const entries = applications.map((application) => {
    const kernel = tlv.dataObject(tlv.TAG_9F2A_KERNEL_IDENTIFIER, Uint8Array.of(application.kernel));
    const named = application.namesKernel ? [kernel] : [];
    return tlv.template(tlv.TAG_61_APPLICATION_TEMPLATE, ...entry(application), ...named);
  });
  return fci(PPSE_NAME, tlv.template(tlv.TAG_BF0C_FCI_ISSUER_DISCRETIONARY_DATA, ...entries));
}

/** @param pdol no entries: the application asks for nothing */
export function applicationFci(application: ApplicationProfile, pdol: readonly DolEntry[]): Uint8Array {
  const [, label, priority] = entry(application);
  const asked = pdol.length === 0 ? [] : [tlv.dataObject(tlv.TAG_9F38_PDOL, encodeDol(pdol))];
  const own = proprietaryObjects(application.proprietary, 'fci');
  const issuers = own.length === 0 ? [] : [tlv.template(tlv.TAG_BF0C_FCI_ISSUER_DISCRETIONARY_DATA, ...own)];
  return fci(application.aid, label, priority, ...asked, languages, ...issuers);
}

function entry({
  aid,
  label,
  priority,
  proprietary,
}: ApplicationProfile): readonly [tlv.DataObject, tlv.DataObject, tlv.DataObject, ...tlv.DataObject[]] {
  return [
    tlv.dataObject(tlv.TAG_4F_APPLICATION_IDENTIFIER, aid),
    tlv.dataObject(tlv.TAG_50_APPLICATION_LABEL, tlv.latin1ToBytes(label)),
    tlv.dataObject(tlv.TAG_87_APPLICATION_PRIORITY_INDICATOR, Uint8Array.of(priority)),
    ...proprietaryObjects(proprietary, 'directory'),
  ];
}

function fci(name: Uint8Array, ...proprietary: readonly tlv.DataObject[]): Uint8Array {
  return tlv.encodeTlv(
    tlv.template(
      tlv.TAG_6F_FCI_TEMPLATE,
      tlv.dataObject(tlv.TAG_84_DEDICATED_FILE_NAME, name),
      tlv.template(tlv.TAG_A5_FCI_PROPRIETARY_TEMPLATE, ...proprietary),
    ),
  );
}
