/**
 * All byte arrays that live in the script's realm of target `node`, after a collection of garbage: V8's own list of them, by its inspector. The realm of the test,
 * where the simulated card and the acquirer have their numbers and keys, is another one. What V8 has freed can't be seen from here.
 */
import { Session } from 'node:inspector/promises';

/** Runs in the script's realm: whatever it makes, it makes there. */
const TO_HEX = `function () {
  const digits = '0123456789abcdef';
  let text = '';
  for (const bytes of this) {
    for (const byte of bytes) text += digits[byte >> 4] + digits[byte & 15];
    text += ' ';
  }
  return text;
}`;

/** @returns of all scripts that run, which share a realm: each array in hexadecimal, a blank between them */
export async function nodeMemory(): Promise<string> {
  const session = new Session();
  session.connect();
  const contexts: number[] = [];
  session.on('Runtime.executionContextCreated', ({ params }) => {
    if (params.context.name.startsWith('VM Context')) contexts.push(params.context.id);
  });
  await session.post('Runtime.enable');
  // Ids count up.
  const contextId = Math.max(...contexts);
  if (contexts.length === 0) throw new Error('no script runs');
  const { result: prototype } = await session.post('Runtime.evaluate', {
    expression: 'Uint8Array.prototype',
    contextId,
  });
  if (prototype.objectId === undefined) throw new Error('the script has no byte arrays');
  const { objects } = await session.post('Runtime.queryObjects', { prototypeObjectId: prototype.objectId });
  const { result } = await session.post('Runtime.callFunctionOn', {
    functionDeclaration: TO_HEX,
    returnByValue: true,
    ...(objects.objectId !== undefined && { objectId: objects.objectId }),
  });
  session.disconnect();
  return String(result.value);
}
