/**
 * A simulated reader that is a chip with a cable: its host link is the interrupt endpoints of its USB interface, its antenna
 * a front end at its serial line, its slot contacts at its pins. There is no other way in.
 * Floor: simulator machine.
 */

import { encodeProvision, type ProvisionedRoleKey } from '@comptoir/factory';
import { KEY } from '@comptoir/firmware/board';
import type { Clock, DeviceInfo, ReportHandlers } from '@comptoir/sdk';
import type { ReportPort } from '@comptoir/sdk/transports/memory';
import { seededBytes } from '#crypto/seed';
import { createCardPlace } from '../board/cardPlace.js';
import type { ProvisionedKey } from '../board/keys/softwareKeys.js';
import { Chip } from '../chip/chip.js';
import { type ChipDriver, driveChip } from '../chip/chipDriver.js';
import { type FlashArea, type PowerCut, SECTOR_BYTES } from '../chip/flash.js';
import {
  FLASH_KEYS_OFFSET,
  FLASH_KEYS_SECTORS,
  FLASH_PROVISION_OFFSET,
  FLASH_READER_RECORDS_OFFSET,
  FLASH_READER_RECORDS_SECTORS,
} from '../chip/flashLayout.js';
import { connectSlot } from '../chip/slotPins.js';
import { createTimers } from '../chip/timers.js';
import { connectUart } from '../chip/uartLine.js';
import { createPn532Model, type Pn532Model } from '../frontEnd/pn532Model.js';
import { notThere, type SimulatedReader } from '../reader.js';
import { SlotCard, type SlotStyle } from '../slot/slotCard.js';
import type { UsbDevice } from '../usb/usbDevice.js';
import type { UsbHost } from '../usb/usbHost.js';
import { bootChip } from './bootedChip.js';
import { logLines } from './consoleLines.js';
import type { PicoImage } from './picoImages.js';
import { createUsbLink } from './picoUsbLink.js';
import { promptIn } from './promptIn.js';

/** What the image says that it is: firmware/port/boards/pico/CMakeLists.txt. */
export const PICO_MODEL = 'Comptoir Pico';
const READY_LINE = 'comptoir ready';
/** Of the clock's time, from the cable to a configured device. */
const CONFIGURED_MS_MAX = 10_000;

interface PicoReaderOptions {
  readonly image: PicoImage;
  readonly clock: Clock;
  readonly serial: string;
  /** Of the ring oscillator's noise. Default: the serial number. */
  readonly noise?: string;
  readonly configuration: Uint8Array;
  /** Makes the keys of one start of the reader. */
  readonly provision: () => {
    readonly keys: readonly ProvisionedKey[];
    readonly roleKeys: readonly ProvisionedRoleKey[];
  };
  /** How the cards in the slot speak. Default: T=0. */
  readonly slot?: SlotStyle;
  readonly crossed?: (direction: 'toReader' | 'toHost', report: Uint8Array) => void;
  /** Called with what the hosts are told that the customer is asked to do, whenever it changes: a value of `PROMPT`, or 0. */
  readonly prompted?: (prompt: number) => void;
  /** Called when the reader got power, or lost it. */
  readonly switched?: () => void;
  readonly failed?: (fault: Error) => void;
  /** Starts the chip, up to where its firmware waits for a host. Default: from power on, or from a start of the same that was kept. */
  readonly boot?: (chip: Chip) => void;
  /** Called when the firmware waits for a host, which is there right afterwards. */
  readonly booted?: (chip: Chip) => void;
  /** Called with each line of the console. */
  readonly logged?: (line: string) => void;
}

export interface PicoReader extends SimulatedReader {
  readonly chip: Chip;
  readonly frontEnd: Pn532Model;
  readonly slotCard: SlotCard;
  /** The other end of its cable, for tests that do what no driver does. */
  readonly usb: UsbHost;
  /** Takes the cable from its port, for good. */
  takeCable(): UsbDevice;
}

const RESULTS: FlashArea = {
  offset: FLASH_READER_RECORDS_OFFSET,
  length: FLASH_READER_RECORDS_SECTORS * SECTOR_BYTES,
};
const KEYS: FlashArea = { offset: FLASH_KEYS_OFFSET, length: FLASH_KEYS_SECTORS * SECTOR_BYTES };

/** A reader without power. */
export function createPicoReader(options: PicoReaderOptions): PicoReader {
  const { clock, image, serial, noise = serial, configuration } = options;
  const chip = new Chip({ image: image.segments, noise: seededBytes(noise) });
  const timers = createTimers(chip);
  const contactless = createCardPlace('contactless', () => undefined);
  const frontEnd = createPn532Model(contactless);
  connectUart(chip, timers, 1, frontEnd);
  const contact = createCardPlace('contact', () => {
    slot.changed();
    driver?.wake();
  });
  const slotCard = new SlotCard(contact, options.slot ?? { protocol: 0 });
  const slot = connectSlot(chip, timers, slotCard);
  logLines(chip, (line) => options.logged?.(line));

  const hosts = new Set<ReportHandlers>();
  let driver: ChipDriver | undefined;
  let fault: Error | undefined;
  let prompt = 0;
  let areKeysLost = false;

  const link = createUsbLink(chip, timers, {
    wanted: () => driver?.wake(),
    came(report) {
      options.crossed?.('toHost', report);
      tellPrompt(report);
      for (const host of [...hosts]) host.report(report);
    },
    gone() {
      const closed = [...hosts];
      hosts.clear();
      for (const host of closed) host.closed();
    },
  });
  chip.attach((reason) => {
    if (reason === 'powerLost') queueMicrotask(stop);
    driver?.wake();
  });
  link.host.unplug();
  chip.powerOff();

  function tellPrompt(report: Uint8Array): void {
    const told = promptIn(report);
    if (told === undefined || told === prompt) return;
    prompt = told;
    options.prompted?.(told);
  }
  function stop(): void {
    driver?.stop();
    driver = undefined;
    chip.powerOff();
    link.host.unplug();
    for (const place of [contact, contactless]) place.port.release();
    options.switched?.();
  }
  function failed(thrown: Error): void {
    fault = new Error('the firmware ended with a fault', { cause: thrown });
    stop();
    options.failed?.(fault);
  }
  async function start(): Promise<void> {
    stop();
    fault = undefined;
    const { keys: given, roleKeys } = options.provision();
    const keys = given.filter(({ name }) => !areKeysLost || name !== KEY.dukptInitial);
    chip.flash.load(FLASH_PROVISION_OFFSET, encodeProvision({ serial, configuration, keys, roleKeys }));
    // Without a host: so a start is the same, whether it's made or was kept.
    if (options.boot === undefined) bootChip(chip, { noise, readyLine: READY_LINE, folder: image.folder });
    else options.boot(chip);
    options.booted?.(chip);
    driver = driveChip(chip, clock, { failed });
    options.switched?.();
    link.host.plug();
    const ready = new AbortController();
    const late = clock.sleep(CONFIGURED_MS_MAX, ready.signal).then(
      () => Promise.reject(new Error('the reader was not found on its bus')),
      () => undefined,
    );
    try {
      await Promise.race([link.configured(), late]);
    } catch (thrown) {
      stop();
      throw fault ?? thrown;
    } finally {
      ready.abort();
    }
  }

  const device: DeviceInfo = {
    id: `emulated/${serial}`,
    serial,
    model: PICO_MODEL,
    firmware: '',
    transport: 'memory',
  };
  const port: ReportPort = {
    device,
    open(handlers) {
      if (!link.isConfigured()) throw notThere('the emulated reader is not there');
      hosts.add(handlers);
      return {
        send(report) {
          if (!link.isConfigured()) throw new Error('the emulated reader is not there');
          options.crossed?.('toReader', report);
          driver?.catchUp();
          link.send(report);
        },
        close: () => void hosts.delete(handlers),
      };
    },
  };
  return {
    port,
    contact,
    contactless,
    fault: () => fault,
    start,
    stop,
    isPowered: () => driver !== undefined,
    cutPower: chip.flash.cutPower,
    loseKeys() {
      areKeysLost = true;
      chip.flash.load(KEYS.offset, new Uint8Array(KEYS.length).fill(0xff));
    },
    cutPowerOfResults: (cut: PowerCut) => chip.flash.cutPower(cut, RESULTS),
    cutPowerOfKeys: (cut: PowerCut) => chip.flash.cutPower(cut, KEYS),
    tamper() {
      throw new Error('the board has no line that tells of an opened case');
    },
    chip,
    frontEnd,
    slotCard,
    usb: link.host,
    takeCable: link.release,
  };
}
