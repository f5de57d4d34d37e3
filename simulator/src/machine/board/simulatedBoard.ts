/**
 * The board of a simulated reader: everything that the firmware has from outside, in software.
 * Floor: simulator machine.
 */

import type { ProvisionedRoleKey } from '@comptoir/factory';
import { SIMULATED_MODEL } from '@comptoir/factory/development';
import type {
  Board,
  ConfigurationStore,
  ContactLinePort,
  Display,
  FirmwareStore,
  Records,
} from '@comptoir/firmware/board';
import { NO_BYTES, SIGNED_OBJECT } from '@comptoir/protocol';
import type { Clock } from '@comptoir/sdk';
import type { CardPlace } from './cardPlace.js';
import type { HostQueues } from './hostQueues.js';
import { type KeyFlash, openKeyStore } from './keys/softwareKeyStore.js';
import { type ProvisionedKey, SoftwareKeys } from './keys/softwareKeys.js';
import { secureOf } from './keys/softwareSecure.js';

interface SimulatedBoardParts {
  /** Up to 16 printable ASCII characters. */
  readonly serial: string;
  readonly clock: Clock;
  readonly host: HostQueues;
  readonly contact: CardPlace;
  readonly contactless: CardPlace;
  /** The contacts of the slot, when the firmware is to speak the card's protocol itself. */
  readonly contactLine: ContactLinePort | undefined;
  readonly display: Display;
  readonly firmware: FirmwareStore | undefined;
  readonly keys: readonly ProvisionedKey[];
  readonly roleKeys: readonly ProvisionedRoleKey[];
  /** What the reader keeps its keys in. */
  readonly keyFlash: KeyFlash;
  readonly random: (length: number) => Uint8Array;
  readonly configuration: ConfigurationStore;
  readonly records: Records;
  /** Takes the firmware's step as soon as the firmware gives it. */
  readonly start: (step: () => number) => void;
}

export function createSimulatedBoard(parts: SimulatedBoardParts): Board {
  const startMs = parts.clock.now();
  let uptimeMs = 0;
  const table = new SoftwareKeys(parts.keys);
  return {
    identity: { model: SIMULATED_MODEL, serial: parts.serial },
    host: parts.host.port,
    contact: parts.contact.port,
    contactless: parts.contactless.port,
    nfc: undefined,
    contactLine: parts.contactLine,
    secure: secureOf(table, parts.random),
    keys: openKeyStore(parts.keyFlash, table, parts.random),
    clock: {
      uptimeMs() {
        // A machine's clock may be set back; a board's never is.
        uptimeMs = Math.max(uptimeMs, Math.floor(parts.clock.now() - startMs));
        return uptimeMs;
      },
    },
    display: parts.display,
    firmware: parts.firmware,
    records: parts.records,
    configuration: parts.configuration,
    cardsInField: parts.contactless.cardsInField,
    roleKey: (kind) => parts.roleKeys.find((key) => SIGNED_OBJECT[key.kind] === kind)?.publicKey ?? NO_BYTES,
    isTampered: () => parts.keyFlash.isTampered,
    start: parts.start,
  };
}
