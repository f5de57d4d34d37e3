/**
 * The card: takes commands as they come, gives them to what is selected, and looks after the button.
 * Source: ISO/IEC 7816-4; EMV 4.4 Book 1 §11.3, §12.3 (SELECT, partial names).   Floor: dynamicCard.
 */
import * as tlv from '@comptoir/protocol';
import { KIND_ACCOUNT, WALLET_AID } from '@comptoir/protocol/wallet';
import { type CardBoard, FIELD } from '../board/cardBoard.js';
import { accountApplet } from './accountApplet.js';
import { bankApplet } from './bank/bankApplet.js';
import { readBankApplication } from './bank/bankData.js';
import { type Applet, type CardCommand, INS, parseCardCommand, SW, status, success } from './command/cardCommand.js';
import { contactlessRegistry } from './contactlessRegistry.js';
import { Chooser } from './profiles/chooser.js';
import {
  CRS_AID,
  type DirectoryEntry,
  directoryEntries,
  entryObjects,
  PPSE_NAME,
  PSE_NAME,
  ppse,
  pse,
  unselected,
} from './profiles/directory.js';
import { readBankData } from './profiles/profileStore.js';
import { Wallet } from './profiles/wallet.js';
import { type ReaderPlace, walletApplet } from './wallet/walletApplet.js';

const SELECT_BY_NAME = 0x04;
const FIRST_OR_ONLY = 0x00;
const NEXT = 0x02;
const NAME_BYTES_MIN = 5;
const NAME_BYTES_MAX = 16;
const CHAINED = 0x10;
const NO_POSITION = -1;

export class DynamicCard {
  readonly #board: CardBoard;
  readonly #wallet: Wallet;
  readonly #chooser: Chooser;
  #selected: Applet | undefined;
  /** Of the selected application in the directory. */
  #position: number = NO_POSITION;
  readonly #place: ReaderPlace = { reader: undefined };

  constructor(board: CardBoard) {
    this.#board = board;
    this.#wallet = new Wallet(board);
    this.#chooser = new Chooser(this.#wallet);
  }

  /** @returns see `CardBoard.start` */
  step(): number {
    const { field } = this.#board;
    this.#look();
    for (let event = field.receive(); event !== undefined; event = field.receive()) {
      if (event.length === 0) this.#fieldEnded();
      else if (field.power() !== FIELD.none) field.send(this.#answer(event));
    }
    return this.#look();
  }

  #look(): number {
    const { button, clock, field } = this.#board;
    return this.#chooser.step(clock.uptimeMs(), button.isPressed(), field.power() !== FIELD.none);
  }

  #fieldEnded(): void {
    this.#leave();
    this.#place.reader = undefined;
    this.#chooser.fieldEnded(this.#board.clock.uptimeMs());
    this.#chooser.show();
  }

  #leave(): void {
    this.#selected?.close();
    this.#selected = undefined;
    this.#position = NO_POSITION;
  }

  /** @param bytes untrusted */
  #answer(bytes: Uint8Array): Uint8Array {
    const command = parseCardCommand(bytes);
    if (command === undefined) return status(SW.wrongLength);
    const channel = command.cla & ~CHAINED;
    if (channel !== 0x00 && channel !== 0x80) return status(SW.unknownClass);
    if (channel !== command.cla) return status(SW.chainingNotSupported);
    if (command.ins === INS.select) return this.#select(command);
    return this.#selected?.transmit(command) ?? status(unselected(command.ins));
  }

  #select({ cla, p1, p2, data }: CardCommand): Uint8Array {
    if (cla !== 0x00) return status(SW.unknownClass);
    if (p1 !== SELECT_BY_NAME || (p2 !== FIRST_OR_ONLY && p2 !== NEXT)) return status(SW.wrongParameters);
    if (data.length < NAME_BYTES_MIN || data.length > NAME_BYTES_MAX) return status(SW.wrongLength);
    const entries = directoryEntries(this.#wallet, this.#place.reader !== undefined);
    const own = p2 === FIRST_OR_ONLY ? this.#ownApplet(data, entries) : undefined;
    if (own !== undefined) return this.#take(own, NO_POSITION);
    const from = p2 === NEXT ? this.#position + 1 : 0;
    const at = entries.findIndex(
      ({ held }, position) => position >= from && tlv.startsWithBytes(held.stored.listed.aid ?? tlv.NO_BYTES, data),
    );
    const entry = entries[at];
    if (entry === undefined) return status(SW.fileNotFound);
    const applet = this.#application(entry);
    return applet === undefined ? status(SW.fileNotFound) : this.#take(applet, at);
  }

  #take(applet: Applet, position: number): Uint8Array {
    this.#leave();
    this.#selected = applet;
    this.#position = position;
    return success(applet.fci);
  }

  #ownApplet(name: Uint8Array, entries: readonly DirectoryEntry[]): Applet | undefined {
    const isContact = this.#board.field.power() === FIELD.contact;
    if (tlv.equalBytes(name, isContact ? PSE_NAME : PPSE_NAME)) return isContact ? pse(entries) : ppse(entries);
    if (tlv.equalBytes(name, WALLET_AID)) return walletApplet(this.#wallet, this.#place);
    const { clock } = this.#board;
    if (tlv.equalBytes(name, CRS_AID))
      return contactlessRegistry(this.#wallet, () => this.#chooser.mayManage(clock.uptimeMs()));
    return undefined;
  }

  /** @returns undefined when the application isn't there on this interface */
  #application({ held, priority }: DirectoryEntry): Applet | undefined {
    const { stored } = held;
    if (stored.listed.kind === KIND_ACCOUNT) return accountApplet(this.#wallet, held);
    const application = readBankApplication(readBankData(this.#board.records, stored.slot));
    const isContact = this.#board.field.power() === FIELD.contact;
    const face = isContact ? application?.contact : application?.contactless;
    if (application === undefined || face === undefined) return undefined;
    return bankApplet({
      wallet: this.#wallet,
      slot: stored.slot,
      issuer: stored.issuer,
      application,
      face,
      aid: stored.listed.aid ?? tlv.NO_BYTES,
      named: entryObjects(held, priority).slice(1),
    });
  }
}
