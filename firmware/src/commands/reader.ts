/**
 * The reader as a whole: takes messages from the link, runs one command at a time, and answers.
 * Floor: commands.
 */
import {
  decodeMessage,
  EVENT,
  KEEPALIVE_INTERVAL_MS,
  type Message,
  PROTOCOL_VERSION_HIGHEST,
  STATUS,
} from '@comptoir/protocol';
import { versionText } from '@comptoir/protocol/image';
import type { Board } from '../board/board.js';
import { HostLink, type LinkHandler, NOTHING_DUE_MS } from '../link/hostLink.js';
import { versionIn } from '../link/linkSession.js';
import { type CheckedMessage, Door } from '../token/door.js';
import { type FirmwareMessage, FirmwareUpdate } from '../update/firmwareUpdate.js';
import { complete, decide } from './complete.js';
import { loadConfiguration, NO_SEQUENCE, sequenceBefore } from './configuration/configuration.js';
import { ConfigurationLoad } from './configuration/configurationLoad.js';
import { decommission, isDecommissioned, keyLoad, keyStatus } from './keyLoad.js';
import { lookup } from './lookup.js';
import { pay, repeatedPayment } from './pay.js';
import { read } from './read.js';
import { SelfTests } from './selfTest.js';
import { type Command, type CommandResult, type Refused, refuse } from './shared/command.js';
import { CommandRunner, letOut } from './shared/commandRunner.js';
import { EventLog } from './shared/eventLog.js';
import { loadPolicy, takeLines } from './shared/order.js';
import { ReaderState } from './shared/readerState.js';
import { Results } from './shared/results.js';

/** Of a board whose images have no header. */
const FIRMWARE_VERSION = '0.1.0';

/** What leads to other firmware. Chunks fill the slot that doesn't run, and there are many: they aren't asked. */
const LEADS_ON: readonly FirmwareMessage['kind'][] = ['firmwareBegin', 'firmwareFinish', 'firmwareReboot'];

export class Reader implements LinkHandler {
  private readonly board: Board;
  private readonly link: HostLink;
  private readonly context: ReaderState;
  private readonly selfTests: SelfTests;
  private readonly log: EventLog;
  private readonly door: Door;
  private readonly update: FirmwareUpdate | undefined;
  private readonly configurationLoad: ConfigurationLoad;
  private isConfirmDue = false;
  /** Somebody may pay soon, or just did. */
  private areKeysDue = false;
  /** Its keys were destroyed. */
  private isEmpty = false;
  private isDecommissionDue = false;
  private isRestartDue = false;
  private runner: CommandRunner | undefined;
  private toldPrompt = 0;
  private toldMs = 0;

  constructor(board: Board) {
    this.board = board;
    if (board.isTampered() || isDecommissioned(board)) {
      board.keys.zeroise();
      this.isEmpty = true;
    }
    this.link = new HostLink(board);
    this.log = new EventLog(() => board.clock.uptimeMs());
    this.log.add(EVENT.started);
    if (this.isEmpty) this.logZeroised();
    this.selfTests = new SelfTests(board, (failed) => this.log.add(EVENT.selfTest, failed));
    this.door = new Door((tag) => this.log.add(EVENT.numberWithheld, tag));
    const results = new Results(board.records);
    this.context = new ReaderState(board, loadConfiguration(board), this.selfTests, results, this.door);
    this.update = board.firmware && new FirmwareUpdate(board.firmware);
    this.configurationLoad = new ConfigurationLoad(board, (loaded) => {
      this.context.configuration = loaded;
    });
  }

  /** Does what can be done now. @returns how long nothing needs to be done unless something comes, in milliseconds */
  step(): number {
    if (!this.isEmpty && this.board.isTampered()) this.empty();
    if (this.isRestartDue) return NOTHING_DUE_MS;
    this.link.receive(this);
    if (this.runner !== undefined) this.work(this.runner);
    else if (this.selfTests.dueMs === 0) this.selfTests.step();
    this.link.flush();
    if (this.link.isSilent) this.settle();
    return Math.min(this.link.idleMs(), this.runner?.idleMs ?? this.selfTests.dueMs, NOTHING_DUE_MS);
  }

  get busyChannel(): number {
    return this.runner?.channel ?? 0;
  }

  message(channel: number, bytes: Uint8Array): void {
    const { runner } = this;
    const isOther = runner?.channel !== channel && runner?.openKey === undefined;
    if (runner !== undefined && (isOther || !runner.awaitsHost)) {
      this.refused(channel, STATUS.busy);
      return;
    }
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) {
      this.refused(channel, decoded.status);
      return;
    }
    const { message } = decoded;
    if (runner !== undefined) {
      this.hear(runner, channel, message);
      return;
    }
    switch (message.kind) {
      case 'pay':
      case 'read':
        if (this.isEmpty) this.refused(channel, this.board.isTampered() ? STATUS.tampered : STATUS.keysMissing);
        else if (message.kind === 'read') this.start(channel, read(this.context, message));
        else this.start(channel, pay(this.context, message, channel), message.paymentSecret);
        return;
      case 'basket':
        this.answerNow(channel, () => takeLines(this.context.order, message, channel));
        return;
      case 'policy':
        this.answerNow(channel, () =>
          loadPolicy(this.context.order, message, this.board.secure.sha256(bytes), channel),
        );
        return;
      case 'complete':
        this.answerNow(channel, () => this.noted(complete(this.context, message, () => this.noteRefused())));
        return;
      case 'decide':
        this.answerNow(channel, () => this.noted(decide(this.context, message, () => this.noteRefused())));
        return;
      case 'lookup':
        this.answerNow(channel, () => lookup(this.context, message));
        return;
      case 'configurationBegin':
      case 'configurationPiece':
        this.answerNow(channel, () => this.configure(message));
        return;
      case 'keyStatus':
        this.answerNow(channel, () => keyStatus(this.context));
        return;
      case 'decommission':
        this.answerNow(channel, () => this.loggedKeys(EVENT.decommission, decommission(this.context, message)));
        this.isDecommissionDue = isDecommissioned(this.board);
        return;
      case 'keyLoad':
        this.answerNow(channel, () => this.loggedKeys(EVENT.keyLoad, keyLoad(this.context, message)));
        return;
      case 'firmwareBegin':
      case 'firmwareChunk':
      case 'firmwareStatus':
      case 'firmwareFinish':
      case 'firmwareReboot':
      case 'firmwareConfirm':
        this.answer(channel, this.updateFirmware(message));
        return;
      case 'events':
        this.answer(channel, {
          kind: 'eventsTold',
          uptimeSeconds: this.log.uptimeSeconds,
          eventCount: this.log.count,
          eventList: this.log.entries(),
        });
        return;
      default:
        this.refused(channel, STATUS.unknownMessage);
    }
  }

  /** While the host's word is awaited. A host that was restarted may ask how it stands, or have the question again, on a new channel. */
  private hear(runner: CommandRunner, channel: number, message: Message): void {
    if (message.kind === 'lookup' && runner.openKey !== undefined) {
      this.answerNow(channel, () => lookup(this.context, message));
    } else if (message.kind === 'pay' && message.key === runner.openKey) {
      const repeated = repeatedPayment(this.context, message);
      if (repeated !== undefined) this.answer(channel, repeated);
      // Of what goes on it's always what left: the question itself.
      if (repeated?.kind === 'passed' && repeated.checked.leaving.kind === 'authorise') runner.channel = channel;
    } else if (message.kind !== 'complete' && message.kind !== 'decide') {
      this.refused(channel, STATUS.busy);
    } else if (runner.hear(message, channel)) {
      this.work(runner);
    } else {
      this.noteRefused();
      this.refused(channel, STATUS.messageRefused);
    }
  }

  greeted(): void {
    this.isConfirmDue = true;
    this.areKeysDue = true;
  }

  cancel(channel: number): boolean {
    if (this.runner?.channel !== channel) return false;
    this.log.add(EVENT.cancelled);
    this.runner.cancel();
    this.work(this.runner);
    return true;
  }

  abort(channel: number): boolean {
    const { runner } = this;
    if (runner?.channel !== channel) return false;
    this.runner = undefined;
    this.log.add(EVENT.hostLost);
    runner.cancel();
    try {
      runner.step();
    } catch {
      // What it had to remember it couldn't: INIT is answered all the same, and what is in flash is true.
      runner.release();
    }
    return true;
  }

  info(): CheckedMessage | undefined {
    const { model, serial } = this.board.identity;
    const store = this.board.firmware;
    const { configuration, selfTest } = this.context;
    const versions = Uint8Array.of(this.link.lowestVersion, PROTOCOL_VERSION_HIGHEST);
    return this.door.check<'info'>({
      kind: 'info',
      model,
      serial,
      firmware: store === undefined ? FIRMWARE_VERSION : versionText(versionIn(store.running())),
      versions,
      selfTest,
      ...(store === undefined ? {} : { slotStatus: store.status() }),
      ...(configuration && { objectSequence: configuration.sequence, contentHash: configuration.hash }),
      ...(configuration?.message.languages !== undefined && { languages: configuration.message.languages }),
    });
  }

  /** An open payment is ended by the firmware that began it: nothing that leads to another while there is one. */
  private updateFirmware(message: FirmwareMessage): CommandResult {
    if (this.update === undefined) return refuse(STATUS.unsupported);
    if (LEADS_ON.includes(message.kind) && this.context.results.hasOpen) return refuse(STATUS.paymentsUndecided);
    // No host keeps an image whose self-tests failed; the trial takes it away.
    if (message.kind === 'firmwareConfirm' && !this.mayStay) return refuse(STATUS.internalFault);
    const answer = this.update.take(message);
    return typeof answer === 'number' ? refuse(answer) : answer;
  }

  /** Whoever brings it: the signature counts. An open payment is ended under the configuration that it began under. */
  private configure(message: Message<'configurationBegin' | 'configurationPiece'>): CommandResult {
    const { context, configurationLoad } = this;
    if (context.results.hasOpen) return refuse(STATUS.paymentsUndecided);
    const answer =
      message.kind === 'configurationBegin'
        ? configurationLoad.begin(message.objectHead, context.configuration?.sequence ?? sequenceBefore(this.board))
        : configurationLoad.take(message);
    if (typeof answer === 'number') return refuse(answer);
    if (answer.refusal !== 0 || answer.objectSequence !== undefined)
      this.log.add(EVENT.configurationLoad, answer.refusal);
    return answer;
  }

  /** Firmware that doesn't work, or doesn't take the configuration that is there, gives way to the one before it. */
  private get mayStay(): boolean {
    const { selfTest, configuration } = this.context;
    return selfTest === 0 && (configuration !== undefined || sequenceBefore(this.board) === NO_SEQUENCE);
  }

  /** What waits until the host has heard us. */
  private settle(): void {
    // Flash takes its time, which no tap should wait for.
    if (this.areKeysDue && this.runner === undefined) this.context.prepareKeys();
    this.areKeysDue = this.runner !== undefined;
    if (this.isConfirmDue && this.selfTests.hasRun) {
      this.isConfirmDue = false;
      if (this.mayStay) this.update?.confirmTrial();
    }
    if (this.update?.isRestartDue === true) this.update.restart();
    if (this.isDecommissionDue) this.empty();
  }

  /** Every key goes, in the middle of whatever runs: a payment is open then. Without keys only a new start gets on. */
  private empty(): void {
    this.runner?.release();
    this.runner = undefined;
    this.board.keys.zeroise();
    this.context.answers.clear();
    this.context.dukpt.clear();
    this.link.dropSessions();
    this.isEmpty = true;
    this.logZeroised();
    this.isDecommissionDue = false;
    this.isRestartDue = this.board.firmware !== undefined;
    this.board.firmware?.restart();
  }

  private start(channel: number, command: Command, secret?: Uint8Array): void {
    this.update?.forget();
    this.runner = new CommandRunner(this.board, this.context, channel, command, secret);
    this.toldPrompt = 0;
    this.work(this.runner);
  }

  private work(runner: CommandRunner): void {
    let result: CheckedMessage | Refused | undefined;
    try {
      result = runner.step();
    } catch {
      // An invariant of ours is broken. The host is told, the card let go, and the next command starts afresh.
      this.runner = undefined;
      runner.release();
      this.log.add(EVENT.fault);
      this.link.sendError(runner.channel, STATUS.internalFault);
      return;
    }
    if (result !== undefined) {
      this.runner = undefined;
      if (!('status' in result)) this.noted(result.leaving);
      if (!runner.isUnheard) this.send(runner.channel, result);
      return;
    }
    const question = runner.takeQuestion();
    if (question !== undefined) this.link.sendMessage(runner.channel, question);
    if (runner.isSilent) return;
    const nowMs = this.board.clock.uptimeMs();
    if (runner.prompt === this.toldPrompt && nowMs - this.toldMs < KEEPALIVE_INTERVAL_MS) return;
    this.toldPrompt = runner.prompt;
    this.toldMs = nowMs;
    this.link.sendKeepalive(runner.channel, runner.prompt);
  }

  /** Of a command that waits for nothing. What it throws is a fault of ours. */
  private answerNow(channel: number, command: () => CommandResult): void {
    let result: CommandResult;
    try {
      result = command();
    } catch {
      result = refuse(STATUS.internalFault);
    }
    this.answer(channel, result);
  }

  private answer(channel: number, result: CommandResult): void {
    this.send(channel, letOut(this.door, result));
  }

  private send(channel: number, leaving: CheckedMessage | Refused): void {
    if ('status' in leaving) this.refused(channel, leaving.status);
    else this.link.sendMessage(channel, leaving);
  }

  private refused(channel: number, status: number): void {
    this.log.add(EVENT.refused, status);
    this.link.sendError(channel, status);
  }

  private logZeroised(): void {
    this.log.add(EVENT.zeroised, this.board.isTampered() ? 1 : 0);
  }

  private loggedKeys(event: number, result: CommandResult): CommandResult {
    if (result.kind === 'keyReport') this.log.add(event, result.refusal);
    return result;
  }

  private noteRefused(): void {
    this.log.add(EVENT.answerRefused);
  }

  private noted(result: CommandResult): CommandResult {
    const message = result.kind === 'passed' ? result.checked.leaving : result;
    if ('outcome' in message) this.log.add(EVENT.ended, message.outcome);
    return result;
  }
}
