/** How quick each transport is in this kernel. */
import { measure, told } from './measure.js';
import { benchOf, usbBenches } from './usbBenches.js';

for (const kind of usbBenches.map(benchOf)) {
  const bench = await kind.open();
  console.log(told(kind.name, await measure(bench.transport())));
  await bench.close();
}
process.exit();
