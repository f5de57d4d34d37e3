/**
 * What a reader's session must stand: hosts and people in the middle that change, repeat, leave out and make up what crosses it.
 * Source: docs/explanation/the-link.md, docs/reference/protocol.md.   Floor: simulator trials.
 */
import {
  BROADCAST_CHANNEL,
  COMMAND,
  decodeInitAnswer,
  encodeInitRequest,
  encodeMessage,
  equalBytes,
  type Frame,
  INIT_NONCE_BYTES,
  STATUS,
  statusName,
} from '@comptoir/protocol';
import { FIRST_MESSAGE_BYTES, LAST_MESSAGE_BYTES } from '@comptoir/protocol/link';
import { type Clock, connect, newKey, type Reader, ReaderError, type Transport, type Trust } from '@comptoir/sdk';
import { openWire, type Wire } from './wire.js';

export interface LinkParts {
  readonly transport: Transport;
  readonly trust: Trust;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
}

interface LinkCase {
  readonly name: string;
  /** @returns what doesn't hold, in a sentence; undefined: it holds */
  run(parts: LinkParts): Promise<string | undefined>;
}

const VERSION = 2;
/** A chip takes its time for the points of a curve. */
const HANDSHAKE_MS = 6_000;
const LOOKUP_MS = 3_000;
const INITS = 50;
const NONSENSE = 20;
const FIRST_REPORT = 0x80;
const PAYLOAD_AT = 7;

/** What happens to the next message of the host. */
type Meddling = 'change' | 'repeat' | 'drop';

/** A transport with somebody in the middle. */
function meddled(transport: Transport): { readonly transport: Transport; next(does: Meddling): void } {
  let due: Meddling | undefined;
  return {
    next(does) {
      due = does;
    },
    transport: {
      request: (options) => transport.request(options),
      async open(device, handlers, options) {
        const connection = await transport.open(device, handlers, options);
        return {
          async send(report) {
            const does = report[4] === (COMMAND.message | FIRST_REPORT) ? due : undefined;
            if (does === undefined) return connection.send(report);
            due = undefined;
            if (does === 'drop') return undefined;
            if (does === 'repeat') await connection.send(report);
            const sent = report.slice();
            if (does === 'change') sent[PAYLOAD_AT] = (sent[PAYLOAD_AT] ?? 0) ^ 1;
            return connection.send(sent);
          },
          close: () => connection.close(),
        };
      },
    },
  };
}

/** Asks for a key that nobody has used: one message each way, and no acquirer that could tell more. @returns the code of what went wrong */
async function ask(reader: Reader, random: LinkParts['random']): Promise<string | undefined> {
  return reader.lookup(newKey('conform', 1, random), { timeoutMs: LOOKUP_MS }).then(
    ({ status }) => (status === 'never-seen' || status === 'unknown' ? undefined : `the key was ${status}`),
    (error: unknown) => (error instanceof ReaderError ? error.code : String(error)),
  );
}

async function inTheMiddle(parts: LinkParts, does: Meddling, seen: readonly string[]): Promise<string | undefined> {
  const found = await meddledWith(parts, does);
  if (found === undefined || !seen.includes(found))
    return `expected the error ${seen.join(' or ')}, seen ${found ?? 'none'}`;
  const { transport, trust, clock, random } = parts;
  await using reader = await connect(transport, { trust, clock, random });
  const after = await ask(reader, random);
  return after === undefined ? undefined : `the next session failed: ${after}`;
}

/** @returns the code of what the till sees */
async function meddledWith(
  { transport, trust, clock, random }: LinkParts,
  does: Meddling,
): Promise<string | undefined> {
  const middle = meddled(transport);
  await using reader = await connect(middle.transport, { trust, clock, random });
  middle.next(does);
  const first = await ask(reader, random);
  // What was repeated is found with the message after it.
  return does === 'repeat' && first === undefined ? ask(reader, random) : first;
}

async function greeted(wire: Wire, random: LinkParts['random']): Promise<number | string> {
  const nonce = random(INIT_NONCE_BYTES);
  const request = encodeInitRequest({ nonce, lowestVersion: VERSION, highestVersion: VERSION });
  await wire.send(BROADCAST_CHANNEL, COMMAND.init, request);
  const answers = ({ command, payload }: Frame): boolean =>
    command === COMMAND.init && equalBytes(payload.subarray(0, INIT_NONCE_BYTES), nonce);
  const frame = await wire.next(answers);
  const answer = frame && decodeInitAnswer(frame.payload);
  return answer?.channel ?? 'INIT was not answered';
}

async function brokenOn(wire: Wire, channel: number): Promise<string | undefined> {
  const frame = await wire.next((one) => one.channel === channel && one.command === COMMAND.error, HANDSHAKE_MS);
  const status = frame?.payload[0];
  if (status === STATUS.sessionBroken) return undefined;
  return `expected the status sessionBroken, seen ${status === undefined ? 'none' : (statusName(status) ?? status)}`;
}

async function answersPing(wire: Wire, channel: number): Promise<string | undefined> {
  await wire.send(channel, COMMAND.ping, Uint8Array.of(1));
  const frame = await wire.next((one) => one.channel === channel && one.command === COMMAND.ping);
  return frame === undefined ? 'it does not answer any more' : undefined;
}

/** A channel without a session yet, for a host that says what it likes. */
function onNewChannel(
  name: string,
  run: (wire: Wire, channel: number, random: LinkParts['random']) => Promise<string | undefined>,
): LinkCase {
  return {
    name,
    async run({ transport, clock, random }) {
      const wire = await openWire(transport, clock);
      try {
        const channel = await greeted(wire, random);
        if (typeof channel === 'string') return channel;
        return (await run(wire, channel, random)) ?? (await answersPing(wire, channel));
      } finally {
        await wire.close();
      }
    },
  };
}

export const LINK_CASES: readonly LinkCase[] = [
  {
    name: 'a session opens, under a certificate that is trusted',
    async run({ transport, trust, clock, random }) {
      await using reader = await connect(transport, { trust, clock, random });
      if (reader.link.protocolVersion !== VERSION) return 'there is no session';
      const failed = await ask(reader, random);
      return failed === undefined ? undefined : `a message failed: ${failed}`;
    },
  },
  {
    name: 'nobody else is trusted',
    async run({ transport, clock, random }) {
      const another = new Uint8Array(64).fill(1);
      const code = await connect(transport, { trust: [another], clock, random }).then(
        async (reader) => {
          await reader.close();
          return 'none';
        },
        (error: unknown) => (error instanceof ReaderError ? error.code : String(error)),
      );
      return code === 'link/untrusted' ? undefined : `expected the error link/untrusted, seen ${code}`;
    },
  },
  {
    name: 'a message that is changed ends the session, and the next one opens',
    run: (parts) => inTheMiddle(parts, 'change', ['link/tampered']),
  },
  {
    name: 'a message that comes twice ends the session, and the next one opens',
    run: (parts) => inTheMiddle(parts, 'repeat', ['link/tampered', 'link/lost', 'protocol/corrupt']),
  },
  {
    name: 'a message that is left out leaves nothing half done',
    run: (parts) => inTheMiddle(parts, 'drop', ['timeout', 'link/lost', 'link/tampered']),
  },
  onNewChannel('a message in clear is refused where a session is due', async (wire, channel) => {
    await wire.send(channel, COMMAND.message, encodeMessage({ kind: 'lookup', key: 'conform-1' }));
    return brokenOn(wire, channel);
  }),
  onNewChannel('a handshake with a key that agrees with nobody is refused', async (wire, channel) => {
    await wire.send(channel, COMMAND.message, new Uint8Array(FIRST_MESSAGE_BYTES));
    return brokenOn(wire, channel);
  }),
  onNewChannel('a handshake that ends wrong is refused', async (wire, channel, random) => {
    await wire.send(channel, COMMAND.message, random(FIRST_MESSAGE_BYTES));
    const second = await wire.next((one) => one.channel === channel, HANDSHAKE_MS);
    if (second?.command !== COMMAND.message) return 'message 1 was not answered';
    await wire.send(channel, COMMAND.message, random(LAST_MESSAGE_BYTES));
    return brokenOn(wire, channel);
  }),
  onNewChannel('a part that is none of the next is refused', async (wire, channel) => {
    await wire.send(channel, COMMAND.part, Uint8Array.of(5, 1, 2, 3));
    const frame = await wire.next((one) => one.channel === channel && one.command === COMMAND.error);
    return frame === undefined ? 'it was not refused' : undefined;
  }),
  {
    name: 'a host that greets again and again does not use the reader up',
    async run({ transport, clock, random }) {
      const wire = await openWire(transport, clock);
      try {
        let channel: number | string = 'no INIT was sent';
        for (let sent = 0; sent < INITS; sent += 1) channel = await greeted(wire, random);
        return typeof channel === 'string' ? channel : await answersPing(wire, channel);
      } finally {
        await wire.close();
      }
    },
  },
  {
    name: 'a host that says anything at all instead of a handshake is survived',
    async run({ transport, clock, random }) {
      const wire = await openWire(transport, clock);
      try {
        for (let said = 0; said < NONSENSE; said += 1) {
          const channel = await greeted(wire, random);
          if (typeof channel === 'string') return channel;
          await wire.send(channel, COMMAND.message, random(1 + (random(1)[0] ?? 0)));
          await wire.next((one) => one.channel === channel && one.command === COMMAND.error, HANDSHAKE_MS);
        }
        const channel = await greeted(wire, random);
        return typeof channel === 'string' ? channel : await answersPing(wire, channel);
      } finally {
        await wire.close();
      }
    },
  },
];
