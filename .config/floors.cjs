/**
 * Floors: imports only go down. Each rule says why it is there. floors.json has the folders of each house from the lowest floor up, with
 * what they hold and what a newcomer adds there: a rule for each folder is made of it here, and a table by `npm run docs`
 * (docs/explanation/architecture.md). Folders of one floor may use each other; `.` is the house's own files, which are on top when it
 * doesn't say otherwise.
 *
 * Run by `npm run check:floors`.
 */
const HOUSES = require('./floors.json');

const PROTOCOL = '^firmware/protocol/src/';
const FIRMWARE = '^firmware/src/';
const VECTORS = `${FIRMWARE}vectors(/|.ts$)`;
/** What only the dynamic card is made of. */
const CARD = [`${FIRMWARE}(dynamicCard|cardFrontEnd)/`, `${FIRMWARE}(dynamicCard|withCardFrontEnd).ts$`];
const SHOP = '^sdk/shop/src/';
const TILL = '^sdk/till/src/';
const SIMULATOR = '^simulator/';
const PORT_TESTS = '^firmware/port/(test/|vitest.config.ts$)';
const SIMULATOR_SOURCE = '^simulator/src/';
const PAGE = '^simulator/page/';
const CLIENT = '^simulator/src/serve/client/';

function filesOf(house, folder) {
  return folder === '.' ? `^${house}/[^/]+$` : `^${house}/${folder}/`;
}

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
    name: 'packages-never-import-the-reader',
    comment: 'The host knows the reader by the wire alone. A till that needs firmware or simulator code would trust what it must not see.',
    severity: 'error',
    from: { path: ['^sdk/src/', '^sdk/(crypto|files|acquirer|issuer|factory|cli)/src/'] },
    to: { path: [FIRMWARE, '^firmware/(?!protocol/)', '@comptoir/firmware', SIMULATOR] },
  },
  {
    name: 'packages-run-in-a-browser',
    comment: 'Only the command (sdk/cli) may need Node. A node: import anywhere else breaks the till in a browser.',
    severity: 'error',
    from: { path: ['^sdk/src/', '^sdk/(crypto|files|acquirer|issuer|factory)/src/'], pathNot: '^sdk/files/src/disk.ts$' },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'private-rooms-need-the-wire-alone',
    comment: 'crypto and files are bundled into every package above: what they use, all of them carry.',
    severity: 'error',
    from: { path: '^sdk/(crypto|files)/src/' },
    to: { path: ['^sdk/', '^firmware/'], pathNot: ['^sdk/$1/src/', PROTOCOL] },
  },
  {
    name: 'packages-come-alone',
    comment: 'Who opens envelopes needs no cards and makes no readers: whoever installs one of them gets no other.',
    severity: 'error',
    from: { path: '^sdk/(acquirer|issuer|factory)/src/' },
    to: { path: '^sdk/(acquirer|issuer|factory)/src/', pathNot: '^sdk/$1/src/' },
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
    from: { pathNot: [SIMULATOR, PORT_TESTS] },
    to: { path: [SIMULATOR, '@comptoir/simulator'] },
  },
  {
    name: 'development-keys-stay-in-development',
    comment: 'Anyone can make them from their seed. What a merchant or a factory runs must not be able to take one for its own.',
    severity: 'error',
    from: { pathNot: [SIMULATOR, PORT_TESTS, '^sdk/factory/src/development(/|.ts$)', '^firmware/port/boards/pico/generateProvision.mjs$'] },
    to: { path: ['^sdk/factory/src/development(/|.ts$)', '^sdk/crypto/src/seed.ts$'] },
  },
  {
    name: 'port-is-built-from-protocol-and-factory',
    comment: 'What is in an image comes from the wire and from the factory, whose keys and layouts are those that are shipped.',
    severity: 'error',
    from: { path: '^firmware/port/', pathNot: [PORT_TESTS] },
    to: { pathNot: [PROTOCOL, '^sdk/(src|factory|crypto|files)/'], dependencyTypesNot: ['core'] },
  },
  {
    name: 'vectors-are-for-tests',
    comment: 'The test entry shows what a reader must not: nothing of it may come into the scripts of the devices.',
    severity: 'error',
    from: { path: FIRMWARE, pathNot: VECTORS },
    to: { path: VECTORS },
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
  ...Object.entries(HOUSES).flatMap(([house, floors]) =>
    floors.flatMap((floor, level) => {
      const above = floors.slice(level + 1).flatMap((each) => Object.keys(each));
      if (floors.every((each) => !('.' in each))) above.push('.');
      if (above.length === 0) return []; // the top may use everything
      return Object.entries(floor).map(([folder, [holds]]) => ({
        name: `${house.replace(/\/src/, '').replaceAll('/', '-')}${folder === '.' ? '' : `-${folder}`}-imports-down`,
        comment: `Inside ${house}: ${floors.map((each) => Object.keys(each).join(', ')).join(' ◄ ')}. What is here (${holds}) can be read and tested without what is above it.`,
        severity: 'error',
        from: { path: filesOf(house, folder) },
        to: { path: above.map((each) => filesOf(house, each)) },
      }));
    }),
  ),
];

module.exports = {
  forbidden,
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    moduleSystems: ['es6', 'cjs'],
    exclude: '^firmware/port/(build|test/dist)/',
    doNotFollow: { path: ['node_modules', '/dist/'] },
    enhancedResolveOptions: {
      conditionNames: ['comptoir-source', 'import', 'types', 'default', 'node'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
