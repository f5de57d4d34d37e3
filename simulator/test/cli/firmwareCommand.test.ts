/** `comptoir firmware`, as a process of its own, against simulated readers and files. */
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RP2350_FAMILY, writeUf2 } from '@comptoir/factory';
import { build } from 'tsup';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realClock } from '../../src/machine/clock.js';
import { type Simulation, simulate } from '../../src/simulation/simulate.js';
import { type ReaderServer, serveReader } from '../../src/wires/webSocketServer.js';
import { brokenFirmware } from '../machine/brokenFirmware.js';
import { packageOf, text } from '../simulation/upkeep/updates.js';

const top = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'firmware-'));
const inFolder = (name: string): string => join(folder, name);
const put = (name: string, bytes: Uint8Array | string): string => {
  writeFileSync(inFolder(name), bytes);
  return inFolder(name);
};

beforeAll(async () => {
  await build({
    config: false,
    silent: true,
    entry: { comptoir: `${top}sdk/cli/src/comptoir.ts` },
    outDir: `${top}simulator/test/dist/cli`,
    format: 'esm',
    target: 'es2022',
    noExternal: [/^@comptoir/],
    external: ['ws', 'node-hid', 'usb', 'commander', 'cli-progress', /^@noble/],
    esbuildOptions: (options) => {
      options.conditions = ['comptoir-source'];
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** @param atLine called with what came on standard error so far */
function comptoir(args: readonly string[], atLine: (err: string) => void = () => {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [`${top}simulator/test/dist/cli/comptoir.js`, ...args], {
      env: { PATH: process.env['PATH'] },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      err += data.toString();
      atLine(err);
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

const body = put('body.bin', text.script);
const signArguments = (out: string, ...more: readonly string[]): readonly string[] => [
  ...['firmware', 'sign', '--out', inFolder(out), '--model', 'simulated', '--firmware-version', '0.2.0'],
  ...['--slot-a', body, '--slot-b', body, ...more],
];

/** Two key pairs as files: private, public. */
const pems = [1, 2].map((number) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return [
    put(`private-${number}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' })),
    put(`public-${number}.pem`, publicKey.export({ type: 'spki', format: 'pem' })),
  ] as const;
});

describe('sign and verify', () => {
  test('with development keys: the same bytes twice, good, and what a library call makes', async () => {
    const signed = await comptoir(['--json', ...signArguments('one.update')]);
    await comptoir(signArguments('two.update'));
    expect(signed.code).toBe(0);
    expect(JSON.parse(signed.out)).toMatchObject({
      images: [
        { slot: 'A', version: '0.2.0' },
        { slot: 'B', isDevelopment: true },
      ],
    });
    expect(readFileSync(inFolder('two.update')).equals(readFileSync(inFolder('one.update')))).toBe(true);
    expect(readFileSync(inFolder('one.update')).equals(packageOf(text.script, 0x00020000))).toBe(true);
    const verified = await comptoir(['firmware', 'verify', inFolder('one.update')]);
    expect(verified).toMatchObject({ code: 0, err: '' });
    expect(verified.out.match(/^ {2}good$/gm)).toHaveLength(2);
    expect(verified.out).toContain('420586136E83B232, D3FEC3E433193317');
  });

  test('with keys of files: only those that are given are taken', async () => {
    const [[firstPrivate, firstPublic], [secondPrivate, secondPublic]] = pems as [
      readonly [string, string],
      readonly [string, string],
    ];
    const made = await comptoir(
      signArguments(
        'own.update',
        '--key',
        firstPrivate,
        secondPrivate,
        '--security-version',
        '0x7',
        '--git',
        'AB'.repeat(20),
      ),
    );
    expect(made).toMatchObject({ code: 0 });
    expect(made.out).toMatch(/security version 7, release epoch 1\n[\s\S]*commit abab/);
    const own = inFolder('own.update');
    expect((await comptoir(['firmware', 'verify', own, '--key', firstPublic, secondPublic])).code).toBe(0);
    const byOthers = await comptoir(['--json', 'firmware', 'verify', own]);
    expect([byOthers.code, JSON.parse(byOthers.out)]).toMatchObject([
      1,
      { images: [{ verdict: 'unknownKey' }, { verdict: 'unknownKey' }] },
    ]);
    const byOne = await comptoir(['firmware', 'verify', own, '--key', firstPublic]);
    expect([byOne.code, byOne.out]).toEqual([1, expect.stringContaining('a key that the reader does not know')]);
  });

  test('a changed byte, a cut file, no file: each says what is wrong', async () => {
    const update = packageOf(text.script, 0x00020000);
    const changed = update.slice();
    changed[20_000] = (changed[20_000] as number) ^ 1;
    const damaged = await comptoir(['firmware', 'verify', put('damaged.update', changed)]);
    expect([damaged.code, damaged.out]).toEqual([1, expect.stringContaining('chunkHashWrong')]);
    const cut = await comptoir(['firmware', 'verify', put('cut.update', update.subarray(0, 1000))]);
    expect([cut.code, cut.err]).toEqual([2, expect.stringContaining('TRUNCATED at byte 1000')]);
    const none = await comptoir(['firmware', 'info', inFolder('nothing.update')]);
    expect([none.code, none.err]).toEqual([
      2,
      expect.stringMatching(/can not be read[\s\S]*\nCorrect the command\.\n/),
    ]);
  });

  test.each<[string, readonly string[], string]>([
    ['one key', ['--key', pems[0]?.[0] ?? ''], 'Two or three keys sign'],
    ['one key twice', ['--key', pems[0]?.[0] ?? '', pems[0]?.[0] ?? ''], 'sign with different keys'],
    ['no hardware', ['--hardware', '0x0'], 'fits no revision'],
    ['a public key', ['--key', ...pems.map(([, file]) => file)], 'is no P-256 key in PEM'],
    ['half a commit', ['--git', 'ABCD'], '40 hexadecimal digits'],
    ['a number that is none', ['--security-version', 'seven'], 'is a whole number'],
    ['a version that is none', ['--firmware-version', '1.2'], 'is no version'],
    ['a version too high', ['--firmware-version', '256.0.0'], 'is no version'],
    ['a model that is none', ['--model', 'toaster'], 'pico, pico2, simulated'],
    ['no body', ['--slot-a', put('empty.bin', '')], 'a body has 1 to 786432 bytes'],
  ])('%s is wrong usage', async (_, more, sentence) => {
    const { code, err, out } = await comptoir(signArguments('wrong.update', ...more));
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(sentence)]);
  });

  test('info of a file verifies nothing, and says so', async () => {
    const { code, out } = await comptoir([
      'firmware',
      'info',
      put('info.update', packageOf(text.script, 0x00020000, {}, [])),
    ]);
    expect(code).toBe(0);
    expect(out).toContain('signed by nobody');
    expect(out).toContain('nothing of this was verified');
  });
});

describe('on a reader', () => {
  async function serving(
    work: (url: string, simulation: Simulation, server: ReaderServer) => Promise<void>,
  ): Promise<void> {
    await using simulation = await simulate({ clock: realClock, record: false });
    const server = await serveReader({
      port: 0,
      token: 'a-token-of-a-test',
      reader: simulation,
      acquirer: simulation.acquirer,
    });
    await work(server.url, simulation, server);
    await server.close();
  }
  const update = put('0.2.0.update', packageOf(text.script, 0x00020000));

  test('flash shows how far it is, survives an unplugging, and a second time has nothing to do', () =>
    serving(async (url, simulation) => {
      let unplugged = false;
      const flashed = await comptoir(['--reader', url, 'firmware', 'flash', update], (err) => {
        if (unplugged || !err.includes('50 %')) return;
        unplugged = true;
        void simulation.restart();
      });
      expect(flashed).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^installed\nfirmware 0\.2\.0 in slot B, confirmed/),
      });
      expect(flashed.err.match(/\d+ %/g)?.filter((line, at, all) => all.indexOf(line) === at)).toEqual([
        '0 %',
        '10 %',
        '20 %',
        '30 %',
        '40 %',
        '50 %',
        '60 %',
        '70 %',
        '80 %',
        '90 %',
        '100 %',
      ]);
      expect(flashed.err).toMatch(/the reader restarts\nthe reader is back\n$/);
      const again = await comptoir(['--reader', url, '--json', 'firmware', 'flash', update]);
      expect([again.code, JSON.parse(again.out)]).toMatchObject([
        0,
        { status: 'current', running: { version: '0.2.0' } },
      ]);
      const info = await comptoir(['--reader', url, 'firmware', 'info']);
      expect(info).toMatchObject({
        code: 0,
        out: expect.stringContaining('firmware 0.2.0 in slot B, confirmed, development'),
      });
    }));

  test('what is refused, and what does not stay, ends with 1', () =>
    serving(async (url) => {
      const older = put('older.update', packageOf(text.script, 1));
      expect(await comptoir(['--reader', url, 'firmware', 'flash', older])).toMatchObject({
        code: 1,
        out: expect.stringMatching(/^refused: The image is older than what runs\. \(olderVersion\)\nfirmware 0\.1\.0/),
      });
      const { script } = await brokenFirmware([['board.start(', 'void (']]);
      const broken = put('broken.update', packageOf(script, 0x00030000));
      const returned = await comptoir(['--reader', url, '--json', 'firmware', 'flash', broken]);
      expect([returned.code, JSON.parse(returned.out)]).toMatchObject([
        1,
        { status: 'returned', running: { version: '0.1.0' } },
      ]);
    }));

  test('what names no reader is wrong usage', async () => {
    const { code, err } = await comptoir(['--reader', 'mine', 'firmware', 'flash', update]);
    expect([code, err]).toEqual([2, expect.stringContaining('A reader is hid:SERIAL')]);
  });
});

describe('to a boot drive', () => {
  const uf2 = put('comptoir.uf2', writeUf2([{ address: 0x10000000, data: new Uint8Array(700) }]));
  const drive = (name: string, info: string | undefined): string => {
    mkdirSync(inFolder(name));
    if (info !== undefined) put(join(name, 'INFO_UF2.TXT'), info);
    return inFolder(name);
  };
  const PICO = 'UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n';

  test('the file is copied whole', async () => {
    const to = drive('pico', PICO);
    const { code, out } = await comptoir(['firmware', 'flash', uf2, '--drive', to]);
    expect([code, out]).toEqual([0, expect.stringContaining('written to RPI-RP2')]);
    expect(readFileSync(join(to, 'comptoir.uf2')).equals(readFileSync(uf2))).toBe(true);
  });

  test.each<[string, () => readonly [file: string, drive: string], string]>([
    ['a folder that is no drive', () => [uf2, drive('plain', undefined)], 'no INFO_UF2.TXT'],
    ['another board', () => [uf2, drive('other', 'Board-ID: SAMD21\r\n')], 'not known: "SAMD21"'],
    ['a board of another chip', () => [uf2, drive('pico2', 'Board-ID: RP2350\n')], 'family E48BFF56'],
    [
      'a file for another chip',
      () => [
        put('pico2.uf2', writeUf2([{ address: 0x10000000, data: new Uint8Array(9) }], RP2350_FAMILY)),
        drive('pico-b', PICO),
      ],
      'family E48BFF59',
    ],
    [
      'a file that is none',
      () => [put('text.uf2', 'x'.repeat(512)), drive('pico-c', PICO)],
      'no .uf2 file, or damaged at block 0',
    ],
    [
      'a file that is cut',
      () => [put('cut.uf2', readFileSync(uf2).subarray(0, 700)), drive('pico-d', PICO)],
      'is no .uf2 file',
    ],
    [
      'a file that is cut between blocks',
      () => [put('half.uf2', readFileSync(uf2).subarray(0, 1024)), drive('pico-e', PICO)],
      'is not whole: it has 2 of 3 blocks',
    ],
  ])('%s is refused, and nothing is written', async (_, made, sentence) => {
    const [file, to] = made();
    const { code, err, out } = await comptoir(['firmware', 'flash', file, '--drive', to]);
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(sentence)]);
  });
});
