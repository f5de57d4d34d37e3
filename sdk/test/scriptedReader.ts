import {
  BROADCAST_CHANNEL,
  COMMAND,
  createReassemblyBuffer,
  decodeMessage,
  encodeFrame,
  encodeInitAnswer,
  encodeMessage,
  IDLE,
  type InitAnswer,
  type Message,
  type MessageName,
  NO_BYTES,
  NO_PARTS,
  type OutgoingFrame,
  type Reassembly,
  splitMessage,
  stepParts,
  stepReassembly,
} from '@comptoir/protocol';
import type { ReportHandlers } from '@comptoir/sdk';
import type { ReportPort } from '@comptoir/sdk/transports/memory';

/** What a step of the script can do. All of it is real bytes on the wire. */
export interface Say {
  answer(message: Message | Uint8Array): void;
  prompt(prompt: number): void;
  error(status: number): void;
  frame(command: number, payload?: Uint8Array): void;
  report(report: Uint8Array): void;
  unplug(): void;
}

/** `expect`: the message or the command that must come next. */
export interface Step {
  readonly expect: MessageName | 'CANCEL';
  readonly act: (say: Say, message: Message) => void;
}

export interface ScriptedReader {
  readonly port: ReportPort;
  readonly say: Say;
  /** Messages and commands that came, in order. */
  readonly heard: readonly string[];
  readonly messages: readonly Message[];
  isOpen(): boolean;
  /** Throws when a step was not used, or something came that no step expected. */
  assertDrained(): void;
}

export interface ScriptOptions {
  readonly steps?: readonly Step[];
  /** INITs that get no answer, as after a replug. */
  readonly deafInits?: number;
  readonly initAnswer?: (answer: InitAnswer) => InitAnswer;
  readonly selfTest?: number;
  /** Asked at each INFO: another one is another reader. */
  readonly serial?: () => string;
  readonly onInit?: (say: Say) => void;
}

export const CHANNEL = 0x01020304;
const DEVICE = { id: 'scripted', serial: '', model: '', firmware: '', transport: 'memory' };

export function createScriptedReader(options: ScriptOptions = {}): ScriptedReader {
  const steps = [...(options.steps ?? [])];
  const buffer = createReassemblyBuffer();
  const heard: string[] = [];
  const messages: Message[] = [];
  const complaints: string[] = [];
  let deafInits = options.deafInits ?? 0;
  let handlers: ReportHandlers | undefined;
  let reassembly: Reassembly = IDLE;
  let parts = NO_PARTS;
  let outgoing: OutgoingFrame[] = [];

  const sendOn = (channel: number, command: number, payload: Uint8Array): void => {
    for (const report of encodeFrame({ channel, command, payload })) handlers?.report(report);
  };
  const sendNext = (): void => {
    const next = outgoing.shift();
    if (next !== undefined) sendOn(CHANNEL, next.command, next.payload);
  };
  const say: Say = {
    answer(message) {
      outgoing = splitMessage(message instanceof Uint8Array ? message : encodeMessage(message));
      sendNext();
    },
    prompt: (prompt) => sendOn(CHANNEL, COMMAND.keepalive, Uint8Array.of(prompt)),
    error: (status) => sendOn(CHANNEL, COMMAND.error, Uint8Array.of(status)),
    frame: (command, payload = NO_BYTES) => sendOn(CHANNEL, command, payload),
    report: (report) => handlers?.report(report),
    unplug() {
      const last = handlers;
      handlers = undefined;
      last?.closed();
    },
  };

  const take = (name: Step['expect'], message: Message | undefined): void => {
    heard.push(name);
    if (message !== undefined) messages.push(message);
    if (name === 'CANCEL' && steps[0]?.expect !== 'CANCEL') {
      say.frame(COMMAND.cancel, Uint8Array.of(0));
      return;
    }
    const step = steps.shift();
    if (step?.expect !== name) complaints.push(`${name} came, the script had ${step?.expect ?? 'nothing'}`);
    else step.act(say, message ?? { kind: 'lookup', key: '' });
  };
  const onFrame = (channel: number, command: number, payload: Uint8Array): void => {
    if (command === COMMAND.init) {
      heard.push('INIT');
      parts = NO_PARTS;
      if (deafInits > 0) {
        deafInits -= 1;
        return;
      }
      options.onInit?.(say);
      const answer: InitAnswer = {
        nonce: payload.slice(),
        channel: CHANNEL,
        lowestVersion: 1,
        highestVersion: 1,
        capabilities: 0,
      };
      sendOn(channel, COMMAND.init, encodeInitAnswer(options.initAnswer?.(answer) ?? answer));
    } else if (channel === BROADCAST_CHANNEL) {
      complaints.push('something other than INIT on the broadcast channel');
    } else if (command === COMMAND.info) {
      const versions = Uint8Array.of(1, 1);
      sendOn(
        channel,
        COMMAND.info,
        encodeMessage({
          ...INFO,
          serial: options.serial?.() ?? INFO.serial,
          versions,
          selfTest: options.selfTest ?? 0,
        }),
      );
    } else if (command === COMMAND.taken) {
      sendNext();
    } else if (command === COMMAND.cancel) {
      take('CANCEL', undefined);
    } else {
      const step = stepParts(parts, command, payload);
      if (step.kind === 'taken') {
        parts = step.parts;
        sendOn(channel, COMMAND.taken, Uint8Array.of(step.index));
      } else if (step.kind === 'message') {
        parts = NO_PARTS;
        const decoded = decodeMessage(step.message.slice());
        if (decoded.ok) take(decoded.message.kind, decoded.message);
        else complaints.push(`a message that does not decode: ${decoded.fault}`);
      } else complaints.push('a part out of order');
    }
  };
  return {
    say,
    heard,
    messages,
    isOpen: () => handlers !== undefined,
    port: {
      device: DEVICE,
      open(given) {
        handlers = given;
        return {
          send(report) {
            const step = stepReassembly(reassembly, buffer, report, 0);
            reassembly = step.state;
            if (step.event?.kind === 'frame')
              onFrame(step.event.frame.channel, step.event.frame.command, step.event.frame.payload);
            else if (step.event !== undefined) complaints.push('a broken frame');
          },
          close() {
            handlers = undefined;
          },
        };
      },
    },
    assertDrained() {
      if (complaints.length > 0) throw new Error(complaints.join('; '));
      if (steps.length > 0)
        throw new Error(`the script still waits for ${steps.map((step) => step.expect).join(', ')}`);
    },
  };
}

const INFO = { kind: 'info', model: 'scripted', serial: 'S-0001', firmware: '0.1.0' } as const;
