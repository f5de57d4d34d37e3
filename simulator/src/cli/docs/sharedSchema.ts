/**
 * A JSON Schema in which what occurs several times is said once, under `$defs`.
 * Floor: simulator cli.
 */
type Schema = { readonly [key: string]: unknown };

/** Of their text: below it a reference would hide more than it saves. */
const SHARED_CHARACTERS_MIN = 300;

/** @param schema as `schemaOf` gives it, without references */
export function shareSchema(schema: Schema): Schema {
  const counts = new Map<string, number>();
  count(schema, counts);
  const names = new Map<string, string>();
  const $defs: Record<string, unknown> = {};
  const whole = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, share(part)]));
  return names.size === 0 ? whole : { ...whole, $defs };

  function share(part: unknown): unknown {
    if (typeof part !== 'object' || part === null) return part;
    if (Array.isArray(part)) return part.map(share);
    const text = JSON.stringify(part);
    const known = names.get(text);
    if (known !== undefined) return { $ref: `#/$defs/${known}` };
    const isShared = isSchema(part) && text.length >= SHARED_CHARACTERS_MIN && (counts.get(text) ?? 0) > 1;
    const name = `shared${names.size + 1}`;
    if (isShared) names.set(text, name);
    const inside = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, share(value)]));
    if (!isShared) return inside;
    $defs[name] = inside;
    return { $ref: `#/$defs/${name}` };
  }
}

/** A schema, and not the fields of one. */
function isSchema(part: object): boolean {
  const { type, oneOf, anyOf } = part as Schema;
  return typeof type === 'string' || Array.isArray(oneOf) || Array.isArray(anyOf);
}

function count(part: unknown, counts: Map<string, number>): void {
  if (typeof part !== 'object' || part === null) return;
  const text = JSON.stringify(part);
  const times = (counts.get(text) ?? 0) + 1;
  counts.set(text, times);
  if (times === 1) for (const value of Object.values(part)) count(value, counts);
}
