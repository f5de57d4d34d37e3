/**
 * A software EMV card: power, the directory, SELECT; everything else goes to the selected application.
 * Certificates and signatures are computed when the terminal asks for them.
 * Source: EMV 4.4 Book 1 §11.3 (SELECT), §12.3 (partial names).   Floor: simulator world.
 */

import { concatBytes, equalBytes, NO_BYTES, startsWithBytes, unsignedToBcd } from '@comptoir/protocol';
import { seededBytes } from '#crypto/seed';
import type { Card, CardInterface } from '../../../machine/card.js';
import { type CommandApdu, INS, parseCommand, SW, status, success } from '../../../machine/commandApdu.js';
import { type CardKeys, cardKeysOf } from '../../banks/emv/cardKeys.js';
import type { TestPki } from '../../pki/testPki.js';
import type { ApplicationProfile, CardProfile } from '../personalisation/cardProfile.js';
import { personalise } from '../personalisation/personalisation.js';
import { recordAnswer } from '../personalisation/recordFiles.js';
import { type SelectedApplication, selectApplication } from './application.js';
import { PPSE_NAME, PSE_NAME, ppseFci, pseFci, pseRecords } from './directory.js';
import { type ApplicationMemory, newMemory } from './transaction.js';

type Selection =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'pse' }
  | { readonly kind: 'ppse' }
  | { readonly kind: 'application'; readonly position: number; readonly application: SelectedApplication };

const SELECT_BY_NAME = 0x04;
const FIRST_OR_ONLY = 0x00;
const NEXT = 0x02;
const AID_SIZE_BYTES_MIN = 5;
const AID_SIZE_BYTES_MAX = 16;

/** @param seed of the dynamic numbers: the same seed, the same bytes */
export function createEmvCard(profile: CardProfile, seed: number | string, pki: TestPki): Card {
  const memories = new Map<ApplicationProfile, ApplicationMemory>();
  const keys = new Map<ApplicationProfile, CardKeys>();
  const random = seededBytes(`${seed}/card/${profile.name}/dynamic`);
  let isCardBlocked = false;
  let usedInterface: CardInterface | undefined;
  let selection: Selection = { kind: 'nothing' };

  const keysOf = (application: ApplicationProfile): CardKeys => {
    const held = keys.get(application) ?? derivedKeys(profile, application);
    keys.set(application, held);
    return held;
  };

  const startApplication = (position: number, on: CardInterface): Uint8Array => {
    const application = profile.applications[position];
    if (application === undefined) return status(SW.fileNotFound);
    const memory = memories.get(application) ?? newMemory(profile);
    memories.set(application, memory);
    const selected = selectApplication({
      card: profile,
      application,
      usedInterface: on,
      memory,
      random,
      keys: keysOf(application),
      blockCard: () => {
        isCardBlocked = true;
      },
      personalise: (shape) => {
        const held = memory.personalised.get(shape) ?? personalise(profile, application, shape, pki);
        memory.personalised.set(shape, held);
        return held;
      },
    });
    selection = { kind: 'application', position, application: selected };
    return memory.isBlocked ? concatBytes(selected.fci, status(SW.applicationBlocked)) : success(selected.fci);
  };

  const select = ({ cla, p1, p2, data }: CommandApdu, on: CardInterface): Uint8Array => {
    if (cla !== 0x00) return status(SW.unknownClass);
    if (isCardBlocked) return status(SW.functionNotSupported);
    if (p1 !== SELECT_BY_NAME || (p2 !== FIRST_OR_ONLY && p2 !== NEXT)) return status(SW.wrongParameters);
    if (data.length < AID_SIZE_BYTES_MIN || data.length > AID_SIZE_BYTES_MAX) return status(SW.wrongLength);
    if (p2 === FIRST_OR_ONLY && equalBytes(data, on === 'contact' ? PSE_NAME : PPSE_NAME)) {
      selection = { kind: on === 'contact' ? 'pse' : 'ppse' };
      return success(on === 'contact' ? pseFci() : ppseFci(profile.applications));
    }
    const from = p2 === NEXT && selection.kind === 'application' ? selection.position + 1 : 0;
    const position = profile.applications.findIndex(({ aid }, at) => at >= from && startsWithBytes(aid, data));
    return position < 0 ? status(SW.fileNotFound) : startApplication(position, on);
  };

  const dispatch = (command: CommandApdu, on: CardInterface): Uint8Array => {
    if (command.ins === INS.select) return select(command, on);
    if (selection.kind === 'application') return selection.application.transmit(command);
    if (command.cla !== 0x00 && command.cla !== 0x80) return status(SW.unknownClass);
    if (command.ins !== INS.readRecord) {
      return status(applicationCommands.has(command.ins) ? SW.conditionsNotSatisfied : SW.unknownInstruction);
    }
    if (command.cla !== 0x00) return status(SW.unknownClass);
    if (selection.kind !== 'pse') return status(SW.conditionsNotSatisfied);
    return recordAnswer(pseRecords(profile.applications), command.p1, command.p2);
  };

  return {
    name: profile.name,
    interface: profile.interface,
    powerOn(on) {
      usedInterface = profile.interface === 'both' || profile.interface === on ? on : undefined;
      selection = { kind: 'nothing' };
    },
    transmit(bytes) {
      if (usedInterface === undefined) return undefined;
      const command = parseCommand(bytes);
      return command === undefined ? status(SW.wrongLength) : dispatch(command, usedInterface);
    },
    powerOff() {
      usedInterface = undefined;
      selection = { kind: 'nothing' };
    },
  };
}

function derivedKeys({ number, sequenceNumber }: CardProfile, application: ApplicationProfile): CardKeys {
  const { network, cryptogramVersion } = application;
  const given = sequenceNumber === undefined ? NO_BYTES : unsignedToBcd(sequenceNumber, 1);
  return cardKeysOf(network, cryptogramVersion, { number, sequenceNumber: given });
}

const applicationCommands: ReadonlySet<number> = new Set([
  INS.getProcessingOptions,
  INS.generateAc,
  INS.internalAuthenticate,
  INS.externalAuthenticate,
  INS.getData,
]);
