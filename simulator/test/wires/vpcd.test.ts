/** A card at vsmartcard's driver, over a socket: power, answer to reset, APDUs, and what no driver says. */
import { createServer, type Server, type Socket } from 'node:net';
import { concatBytes, NO_BYTES, toHex, unsignedToBytes } from '@comptoir/protocol';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { run } from '../../src/cli/run.js';
import { createVpcdCard } from '../../src/wires/vpcd.js';
import { createCard } from '../../src/world/cards/catalogue.js';
import { bytes } from '../world/cards/cardsTerminal.js';

const message = (hex: string): Uint8Array => concatBytes(unsignedToBytes(hex.length / 2, 2), bytes(hex));
const SELECT_PSE = '00A404000E315041592E5359532E444446303100';
const cardOf = (name = 'visa-debit', on: 'contact' | 'contactless' = 'contact', protocol: 0 | 1 = 1) =>
  createVpcdCard({ card: createCard(name, { seed: 1 }), interface: on, protocol });

describe('the protocol', () => {
  test('a card without power is mute; with power it answers', () => {
    const answer = cardOf();
    expect(toHex(answer(message(SELECT_PSE)))).toBe('00026F00');
    expect(answer(message('01'))).toEqual(NO_BYTES);
    expect(toHex(answer(message(SELECT_PSE)))).toMatch(/^[0-9A-F]{4}6F.*9000$/);
    expect(answer(message('02'))).toEqual(NO_BYTES);
    expect(toHex(answer(message('00B2010C00')))).toBe('00026985');
    expect(answer(message('00'))).toEqual(NO_BYTES);
    expect(toHex(answer(message(SELECT_PSE)))).toBe('00026F00');
  });

  test.each([
    ['contact', 1, '00093BE000008131FE45EB'],
    ['contact', 0, '00043B600000'],
    ['contactless', 1, '00053B80800101'],
  ] as const)('the answer to reset, %s, T=%i', (on, protocol, answer) => {
    expect(toHex(cardOf('visa-debit', on, protocol)(message('04')))).toBe(answer);
  });

  test('a command that is too long, an empty message, a control that nobody knows', () => {
    const answer = cardOf();
    answer(message('01'));
    expect(toHex(answer(message('00'.repeat(262))))).toBe('00026700');
    expect(answer(message(''))).toEqual(NO_BYTES);
    expect(answer(message('07'))).toEqual(NO_BYTES);
  });

  test('cut anywhere, the answers are the same', () => {
    const said = concatBytes(...['01', '04', SELECT_PSE, '00B2010C00', '02', SELECT_PSE, '00'].map(message));
    const whole = cardOf()(said);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: said.length }), { maxLength: 20 }), (cuts) => {
        const answer = cardOf();
        const ends = [...cuts, said.length].sort((a, b) => a - b);
        let from = 0;
        const parts = ends.map((end) => {
          const part = answer(said.subarray(from, end));
          from = end;
          return part;
        });
        expect(concatBytes(...parts)).toEqual(whole);
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});

describe('card serve', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });
  const listen = (): Promise<{ readonly port: number; readonly reader: Promise<Socket> }> =>
    new Promise((resolve) => {
      let take: (socket: Socket) => void;
      const reader = new Promise<Socket>((taken) => {
        take = taken;
      });
      const server = createServer((socket) => take(socket));
      servers.push(server);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        if (address !== null && typeof address === 'object') resolve({ port: address.port, reader });
      });
    });
  const told = new AbortController();
  const serve = async (ended: AbortSignal, ...args: readonly string[]) => {
    const printed: string[] = [];
    const around = { out: (text: string) => printed.push(text), err: (text: string) => printed.push(text), ended };
    return { code: await run(['card', 'serve', ...args], around), text: printed.join('\n') };
  };

  test('the card is in the reader until the command is told to end', async () => {
    const { port, reader } = await listen();
    const ended = serve(told.signal, 'visa-debit', '--vpcd', `127.0.0.1:${port}`);
    const socket = await reader;
    const answered = new Promise<Uint8Array>((resolve) => {
      socket.once('data', resolve);
    });
    socket.write(concatBytes(message('01'), message(SELECT_PSE)));
    expect(toHex(await answered)).toMatch(/9000$/);
    told.abort();
    expect(await ended).toEqual({ code: 0, text: `visa-debit is in the reader at 127.0.0.1:${port}, contact` });
  });

  test('a reader that goes away ends the command', async () => {
    const { port, reader } = await listen();
    const ended = serve(new AbortController().signal, 'phone-with-CDCVM', '--vpcd', `127.0.0.1:${port}`);
    (await reader).end();
    expect(await ended).toMatchObject({ code: 0, text: expect.stringContaining('contactless') });
  });

  test.each([
    ['nobody listens', ['visa-debit', '--vpcd', '127.0.0.1:1'], 'No reader at 127.0.0.1:1 (ECONNREFUSED)'],
    ['no port', ['visa-debit', '--vpcd', '127.0.0.1'], 'The reader is HOST:PORT'],
    ['no such card', ['amex', '--vpcd', '127.0.0.1:1'], 'There is no card "amex"'],
    ['no such interface', ['sda-only', '--vpcd', '127.0.0.1:1', '--interface', 'contactless'], 'has no contactless'],
  ])('%s', async (_, args, text) => {
    expect(await serve(new AbortController().signal, ...args)).toEqual({
      code: 2,
      text: expect.stringContaining(text),
    });
  });
});
