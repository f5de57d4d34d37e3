/**
 * What .ci/run does, and in which order where it can choose: what others need and what takes long comes first.
 *
 *   name    of the stage, and of its log in .ci/last
 *   run     for bash, in the top folder. Long tests are there as samples that COMPTOIR_SEED draws; a comment names the command that does all
 *   needs   names of stages that must have ended
 *   cores   2: it uses both by itself, or measures and must not be disturbed. Default: 1, and its tests have one worker
 */

const reports = (name) => `--reporter=default --reporter=json --outputFile.json="$CI_LAST/${name}.tests.json"`;
/** Cases in the browser are named here, as the sample draws from what was measured: `npm run test:usb` has its whole contract. */
const USB_CASES = `kernel nodeHid usb: comptoir 'a page takes a sale' 'webHid: pulled while' 'webUsb: pulled while'`;

/** Whoever finds a package missing adds it to one of these scripts. */
const SETUP = [
  'firmware/port/setup.sh pico',
  'simulator/test/usb/setup.sh',
  'simulator/test/pcsc/setup.sh',
  'simulator/test/page/setup.sh',
  'sdk/shop/test/setup.sh',
];

export const STAGES = [
  { name: 'install', run: 'npm ci' },
  { name: 'setup', run: SETUP.join('\n') },
  { name: 'build', run: 'npm run build', needs: ['install'] },

  // The main tests, in two parts: the coverage of parsers and kernels is measured with the tests that are theirs.
  { name: 'coverage', run: `npm run coverage -- ${reports('coverage')}`, needs: ['build'] },
  {
    name: 'firmware',
    run: 'npm run firmware',
    needs: ['build', 'setup'],
  },
  {
    name: 'tests',
    run: `npm test -- sdk/ simulator/ ${reports('rest')}`,
    needs: ['build'],
  },

  // `npm run test:usb` has all cases, and 100 sales in a row.
  {
    name: 'usb',
    run: `npm run test:usb -- ${USB_CASES}`,
    needs: ['firmware'],
    env: { COMPTOIR_SALES: '20', COMPTOIR_SAMPLE: '60' },
  },
  // `npm run test:chip` has all tests, `npm run replay -- test-vectors --target pico` all vectors.
  { name: 'chip', run: 'npm run test:chip', needs: ['firmware'], env: { COMPTOIR_SAMPLE: '200' } },
  { name: 'chip-sale', run: 'npm start -- --target pico --card visa-debit', needs: ['firmware'] },
  // `npm run powercuts` has ten times as many for keys and configurations.
  { name: 'port', run: 'npm run test:port', needs: ['firmware'] },
  { name: 'reproducible', run: 'firmware/port/checkReproducible.sh', needs: ['firmware'] },
  // With the images there, their size, heap and instructions are checked, too.
  { name: 'check', run: 'CI=true npm run check', needs: ['firmware'] },
  { name: 'bench-chip', run: 'npm run bench -- --target pico', needs: ['check'] },

  { name: 'smoke', run: '.ci/smoke.sh', needs: ['build'] },
  {
    name: 'replay',
    run: 'npm run replay -- test-vectors --target all 2>&1 >/dev/null',
    needs: ['build'],
  },
  { name: 'scenarios', run: 'npm run scenarios', needs: ['build'] },
  { name: 'fuzz', run: 'npm run fuzz -- --seconds 13 --seed "$COMPTOIR_SEED"', needs: ['build'] },
  { name: 'pcsc', run: 'npm run test:pcsc', needs: ['build', 'setup'] },
  { name: 'page', run: 'npm run test:page', needs: ['build', 'setup'] },
  // The shop on PostgreSQL as on PGlite; `npm run shop:kills`, `shop:days` and `till:kills` do all that the tests do a part of.
  { name: 'postgres', run: 'npm run test:shop:postgres', needs: ['build', 'setup'] },
  {
    name: 'counter-once',
    run: 'npm run counter -- --once\nnpm run figures',
    needs: ['build', 'setup'],
  },
  {
    name: 'counter-postgres',
    run: `npm run test:counter:postgres -- -t 'a day'`,
    needs: ['build', 'setup'],
  },

  { name: 'counter', run: 'npm run test:counter', needs: ['build', 'setup'], cores: 2 },
  {
    name: 'load',
    run: 'npm run shop:load:postgres\nnpm run shop:load:databases -- --seconds 2 --shops 12',
    needs: ['build', 'setup'],
    cores: 2,
  },
  { name: 'bench', run: 'npm run bench', needs: ['build'], cores: 2 },
];
