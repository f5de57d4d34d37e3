/** A program of its own that opens the reader and asks for its serial number: as another user, or while the reader stands still. */
import { connect, ReaderError } from '@comptoir/sdk';
import { nodeHid } from '@comptoir/sdk/transports/nodeHid';
import { usb } from '@comptoir/sdk/transports/usb';
import { slowClock } from '../../../../sdk/test/contract/bench.js';
import { SLOWER } from './slower.js';

const [, , name, user] = process.argv;
if (user !== undefined) {
  process.setgid?.(user);
  process.setuid?.(user);
}
const clock = slowClock(SLOWER);
const transport = name === 'usb' ? usb({ clock }) : nodeHid({ clock });
try {
  const reader = await connect(transport, { clock, trust: 'development' });
  console.log(`opened ${reader.info.serial}`);
  await reader.close();
} catch (fault) {
  const { code, recovery } = fault instanceof ReaderError ? fault : { code: String(fault), recovery: undefined };
  console.log(`refused ${code}: ${recovery?.message ?? ''}`);
}
process.exit();
