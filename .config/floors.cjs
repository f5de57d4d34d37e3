/**
 * Floors: imports only go down. Each rule says why it is there.
 *
 *   simulator        cli
 *     │  └──► sdk ◄───┘
 *     │        └─► protocol ◄─ firmware: board ◄ apdu ◄ emv ◄ selection, token, link, update ◄ session ◄ reader.ts
 *     └─► firmware: the types of its board, and its bundled text
 *   inside the simulator: machine ◄ world ◄ wires ◄ simulation ◄ trials ◄ serve ◄ cli
 *
 * Run by `npm run check:floors`.
 */

/** Folders of firmware/src from the lowest floor up; those in one row may import each other. */
const FIRMWARE_FLOORS = [['board'], ['apdu', 'frontEnd', 'cardFrontEnd', 'contactSlot'], ['emv'], ['selection', 'token', 'link', 'update'], ['session', 'dynamicCard']];

/** Folders of sdk/src from the lowest up, as far as a till's program is made of them. */
const SDK_FLOORS = ['values', 'link', 'operation', 'transports', 'payment', 'journal', 'refund', 'basket', 'reader'];

/** Wings of simulator/src from the lowest up. */
const SIMULATOR_WINGS = {
  machine: 'a reader as a machine: its targets, board, chip, slot, keys and clock, without cards of anybody',
  world: 'whom a reader meets: cards, banks, authorisers, an acquirer, and the authority above them',
  wires: 'the ways from a reader to another process or computer',
  simulation: 'a whole sale in one process, its faults and its log',
  trials: 'many sales, and what came of them: scenarios, vectors, transcripts, conformance',
  serve: 'simulations over HTTP',
  cli: 'the command',
};

const PROTOCOL = '^firmware/protocol/src/';
const FIRMWARE = '^firmware/src/';
/** What only the dynamic card is made of. */
const CARD = [`${FIRMWARE}(dynamicCard|cardFrontEnd)/`, `${FIRMWARE}(dynamicCard|withCardFrontEnd).ts$`];
const SDK = '^sdk/src/';
const SHOP = '^sdk/shop/src/';
const TILL = '^sdk/till/src/';
const SIMULATOR = '^simulator/';
const SIMULATOR_SOURCE = '^simulator/src/';
const PAGE = '^simulator/page/';
const CLIENT = '^simulator/src/serve/client/';

const forbidden = [
  {
    name: 'no-circle',
    comment: 'Two modules that import each other are on no floor: neither can be understood, tested or loaded first.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'everything-resolves',
    comment: 'An import that leads nowhere escapes every other rule.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'protocol-stands-alone',
    comment: 'The wire is the lowest floor: firmware, SDK and simulator share it, so it may need nothing, packages included.',
    severity: 'error',
    from: { path: PROTOCOL },
    to: { pathNot: PROTOCOL },
  },
  {
    name: 'firmware-imports-protocol-only',
    comment: 'The firmware runs on a chip with an engine of its own: nothing but the wire and itself is there. What comes from outside comes through the Board.',
    severity: 'error',
    from: { path: FIRMWARE },
    to: { pathNot: [FIRMWARE, PROTOCOL] },
  },
  {
    name: 'sdk-never-imports-the-reader',
    comment: 'The host knows the reader by the wire alone. A till that needs firmware or simulator code would trust what it must not see.',
    severity: 'error',
    from: { path: SDK },
    to: { path: [FIRMWARE, '^firmware/(?!protocol/)', '@comptoir/firmware', SIMULATOR] },
  },
  {
    name: 'sdk-core-runs-in-a-browser',
    comment: 'Only the command (sdk/src/cli) may need Node. A node: import anywhere else breaks the till in a browser.',
    severity: 'error',
    from: { path: SDK, pathNot: '^sdk/src/cli/' },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'sdk-core-never-imports-its-command',
    comment: 'The command uses the public API. The other way round, the API would carry a command line into every till.',
    severity: 'error',
    from: { path: SDK, pathNot: '^sdk/src/cli/' },
    to: { path: '^sdk/src/cli/' },
  },
  {
    name: 'sdk-never-imports-a-shop',
    comment: 'A till of anybody imports the SDK without a database and without our pages.',
    severity: 'error',
    from: { path: SDK },
    to: { path: [SHOP, TILL] },
  },
  {
    name: 'till-and-shop-meet-over-http',
    comment: 'The till runs in a browser and the shop on a server: what they share is the types of the requests between them.',
    severity: 'error',
    from: { path: TILL },
    to: { path: SHOP, pathNot: '^sdk/shop/src/api(\\.ts$|/)' },
  },
  {
    name: 'production-never-imports-the-simulator',
    comment: 'Simulated cards and keys must not be able to reach a product image or a till.',
    severity: 'error',
    from: { pathNot: SIMULATOR },
    to: { path: [SIMULATOR, '@comptoir/simulator'] },
  },
  {
    name: 'page-is-a-client',
    comment: 'The page of the simulator runs in a browser and knows the server as every program does: by its client, and by the table of faults.',
    severity: 'error',
    from: { path: PAGE },
    to: { path: SIMULATOR, pathNot: [PAGE, CLIENT, '^simulator/src/simulation/faults/fault.ts$'] },
  },
  {
    name: 'client-stands-alone',
    comment: 'The client of the simulator is for browsers, and for programs that want no simulator in their process.',
    severity: 'error',
    from: { path: CLIENT },
    to: { pathNot: CLIENT },
  },
  {
    name: 'simulator-runs-the-firmware-text',
    comment:
      'The simulator proves the text that a reader runs. With the modules of the firmware it would prove something else: only the types of its board are there to share.',
    severity: 'error',
    from: { path: SIMULATOR_SOURCE },
    to: { path: FIRMWARE, pathNot: '^firmware/src/board/' },
  },
  {
    name: 'card-is-another-device',
    comment:
      'The dynamic card and the reader meet over APDUs and nothing else. The card shares the bytes with it: APDUs, data object lists, the wallet objects.',
    severity: 'error',
    from: { path: CARD },
    to: { path: FIRMWARE, pathNot: [...CARD, `${FIRMWARE}(board|apdu)/`, `${FIRMWARE}frontEnd/pn532(Line|Frame|WakeUp).ts$`, `${FIRMWARE}emv/data/dataObjectList.ts$`, `${FIRMWARE}selection/wallet(Object|Values).ts$`] },
  },
  {
    name: 'reader-is-another-device',
    comment: 'What the reader knows of a card it was told by the card.',
    severity: 'error',
    from: { path: FIRMWARE, pathNot: CARD },
    to: { path: [...CARD, `${FIRMWARE}board/cardBoard.ts$`] },
  },
  ...SDK_FLOORS.map((floor, level) => ({
    name: `sdk-${floor}-imports-down`,
    comment: `Inside the SDK: ${SDK_FLOORS.join(', ')}. ${floor} can be read and tested without what is above it.`,
    severity: 'error',
    from: { path: `${SDK}${floor}/` },
    to: { path: [...SDK_FLOORS.slice(level + 1).map((name) => `${SDK}${name}/`), `${SDK}[^/]+$`] },
  })),
  ...Object.entries(SIMULATOR_WINGS).map(([wing, holds], level, wings) => ({
    name: `simulator-${wing}-imports-down`,
    comment: `The wings of the simulator, each used by those above it: ${wings.map(([name]) => name).join(', ')}. ${wing} is ${holds}.`,
    severity: 'error',
    from: { path: `${SIMULATOR_SOURCE}${wing}/` },
    to: { path: [...wings.slice(level + 1).map(([name]) => `${SIMULATOR_SOURCE}${name}/`), `${SIMULATOR_SOURCE}[^/]+$`] },
  })),
  ...FIRMWARE_FLOORS.flatMap((floor, level) => {
    const above = [...FIRMWARE_FLOORS.slice(level + 1).flat().map((name) => `${FIRMWARE}${name}/`), `${FIRMWARE}[^/]+$`];
    return floor.map((name) => ({
      name: `firmware-${name}-imports-down`,
      comment: `Inside the firmware: board, apdu, emv, then ${FIRMWARE_FLOORS[3].join(', ')}, session, and the entry on top. ${name} can be read and tested without what is above it.`,
      severity: 'error',
      from: { path: `${FIRMWARE}${name}/` },
      to: { path: above },
    }));
  }),
];

module.exports = {
  forbidden,
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    moduleSystems: ['es6', 'cjs'],
    doNotFollow: { path: ['node_modules', '/dist/'] },
    enhancedResolveOptions: {
      conditionNames: ['comptoir-source', 'import', 'types', 'default', 'node'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
