/**
 * Shapes of what callers give: programs without types call as well, and deserve a clear word.
 * Floor: sdk values; imports nothing.
 */

export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');
}
