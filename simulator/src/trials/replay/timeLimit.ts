/**
 * Stops a computation that doesn't end. V8 can end one only from inside `vm`, whatever realm its loop is in.
 * Floor: simulator trials.
 */
import { createContext, Script } from 'node:vm';

const place: { call: () => unknown } = { call: () => undefined };
const context = createContext(place);
const script = new Script('call()', { filename: 'timeLimit.js' });

/**
 * @param limitMs of real time
 * @param call    not one that calls `withinTime` itself
 * @throws what `call` throws, or an Error whose `code` is ERR_SCRIPT_EXECUTION_TIMEOUT
 */
export function withinTime<T>(limitMs: number, call: () => T): T {
  place.call = call;
  return script.runInContext(context, { timeout: limitMs }) as T;
}

export function isTimeout(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
