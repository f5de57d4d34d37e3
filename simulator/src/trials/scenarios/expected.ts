/**
 * Compares what came with what was expected: an object may have more than is expected, a list may not.
 * Floor: simulator trials; imports nothing.
 */

/** @returns what differs, a sentence each */
export function differences(actual: unknown, expected: unknown, at: string): readonly string[] {
  if (isObject(expected)) {
    if (!isObject(actual)) return [differs(at, expected, actual)];
    return Object.keys(expected).flatMap((name) => differences(actual[name], expected[name], `${at}.${name}`));
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return [differs(at, expected, actual)];
    return expected.flatMap((item, index) => differences(actual[index], item, `${at}[${index}]`));
  }
  return actual === expected ? [] : [differs(at, expected, actual)];
}

/** @param expected must be in `actual` in this order; `isIn` says what is enough */
export function missingInOrder(
  actual: readonly string[],
  expected: readonly string[],
  at: string,
  isIn: (one: string, wanted: string) => boolean = (one, wanted) => one === wanted,
): readonly string[] {
  let next = 0;
  for (const wanted of expected) {
    const found = actual.findIndex((one, index) => index >= next && isIn(one, wanted));
    if (found < 0)
      return [`${at}: expected ${wanted}${next === 0 ? '' : ` after ${actual[next - 1]}`}, and it didn't come`];
    next = found + 1;
  }
  return [];
}

function differs(at: string, expected: unknown, actual: unknown): string {
  return `${at}: expected ${printed(expected)}, and it was ${printed(actual)}`;
}

function printed(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
