import { writeFileSync } from 'node:fs';
import { connect, keyFrom } from '@comptoir/sdk';
import { test } from 'vitest';
import { record, simulate, writeTranscript } from '../src/index.js';

test('x', async () => {
  const simulation = await simulate({ target: 'node' });
  const recorder = record(simulation, simulation);
  const reader = await connect(recorder.transport, { ...simulation, traced: recorder.traced, protocolVersion: 1 });
  const amount = { minor: 1250, currency: 'EUR' };
  simulation.tap('visa-debit');
  await reader.pay({ amount, key: keyFrom('order-1') });
  simulation.lift();
  await reader.lookup(keyFrom('order-1'));
  const stop = new AbortController();
  const cancelled = reader.pay({ amount, key: keyFrom('order-2') }, { signal: stop.signal });
  for await (const { show } of cancelled) if (show === 'tap') stop.abort();
  await cancelled;
  await reader.close();
  writeFileSync('/tmp/version-1.jsonl', writeTranscript(recorder.transcript()));
});
