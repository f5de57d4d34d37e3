/**
 * What may stand in a JSON file, as a table: the check, the schema and the page in docs/reference all come from it.
 * Floor: files; imports nothing.
 */
export type Rule =
  | { readonly is: 'text'; readonly pattern: string; readonly says: string }
  | { readonly is: 'choice'; readonly of: readonly (string | number | boolean)[] }
  | { readonly is: 'whole'; readonly min: number; readonly max: number }
  | { readonly is: 'flag' }
  | { readonly is: 'object'; readonly fields: FieldRules }
  | { readonly is: 'list'; readonly of: Rule; readonly min: number; readonly max: number }
  /** An object whose field `by` says which others it has. */
  | { readonly is: 'variant'; readonly by: string; readonly of: Readonly<Record<string, FieldRules>> }
  /** An object that has exactly one of the fields `of`, and any of the fields `with`. */
  | { readonly is: 'one'; readonly of: FieldRules; readonly with: FieldRules }
  /** Whatever JSON can say. */
  | { readonly is: 'any' };

export interface Field {
  readonly rule: Rule;
  /** For people: what it's for, and what holds when it is not there. */
  readonly meaning: string;
  readonly isRequired?: true;
}

export type FieldRules = Readonly<Record<string, Field>>;

export interface RuleFault {
  /** Such as `applications[0].label`; no text at all for the whole. */
  readonly at: string;
  /** Such as `must be one of 1, 2`. Never shows the value. */
  readonly must: string;
}

/** Hexadecimal text of whole bytes. */
export function hexRule(min: number, max: number): Rule {
  const bytes = min === max ? `${min}` : `${min} to ${max}`;
  return { is: 'text', pattern: `^([0-9A-Fa-f]{2}){${min},${max}}$`, says: `hexadecimal text of ${bytes} bytes` };
}

/** @param value parsed JSON, untrusted @returns the first fault, or undefined when all is as the rule says */
export function faultIn(value: unknown, rule: Rule, at = ''): RuleFault | undefined {
  if (rule.is === 'object')
    return isObject(value) ? faultInFields(value, rule.fields, at) : { at, must: sentence(rule) };
  if (rule.is === 'list') {
    if (!Array.isArray(value) || value.length < rule.min || value.length > rule.max)
      return { at, must: sentence(rule) };
    for (const [index, item] of value.entries()) {
      const fault = faultIn(item, rule.of, `${at}[${index}]`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  if (rule.is === 'variant') return faultInVariant(value, rule, at);
  if (rule.is === 'one') return faultInOne(value, rule, at);
  return isRight(value, rule) ? undefined : { at, must: sentence(rule) };
}

function faultInVariant(value: unknown, rule: Extract<Rule, { is: 'variant' }>, at: string): RuleFault | undefined {
  if (!isObject(value)) return { at, must: sentence(rule) };
  const { [rule.by]: name, ...rest } = value;
  const fields = typeof name === 'string' && Object.hasOwn(rule.of, name) ? rule.of[name] : undefined;
  return fields === undefined ? { at, must: sentence(rule) } : faultInFields(rest, fields, at);
}

function faultInOne(value: unknown, rule: Extract<Rule, { is: 'one' }>, at: string): RuleFault | undefined {
  if (!isObject(value)) return { at, must: sentence(rule) };
  const names = Object.keys(value).filter((name) => Object.hasOwn(rule.of, name));
  const [name] = names;
  const field = name === undefined ? undefined : rule.of[name];
  if (name === undefined || field === undefined || names.length > 1) return { at, must: sentence(rule) };
  return faultInFields(value, { [name]: field, ...rule.with }, at);
}

function faultInFields(
  value: Readonly<Record<string, unknown>>,
  fields: FieldRules,
  at: string,
): RuleFault | undefined {
  const path = (name: string): string => (at === '' ? name : `${at}.${name}`);
  for (const [name, { isRequired, rule }] of Object.entries(fields)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given === undefined) {
      if (isRequired) return { at: path(name), must: `must be there: ${saysOf(rule)}` };
      continue;
    }
    const fault = faultIn(given, rule, path(name));
    if (fault !== undefined) return fault;
  }
  const isUnknown = Object.keys(value).some((name) => !Object.hasOwn(fields, name));
  return isUnknown ? { at, must: `must have no other fields than ${Object.keys(fields).join(', ')}` } : undefined;
}

type Plain = Exclude<Rule, { readonly is: 'object' | 'list' | 'variant' | 'one' }>;

function isRight(value: unknown, rule: Plain): boolean {
  switch (rule.is) {
    case 'text':
      return typeof value === 'string' && new RegExp(rule.pattern).test(value);
    case 'choice':
      return rule.of.some((allowed) => allowed === value);
    case 'whole':
      return typeof value === 'number' && Number.isInteger(value) && value >= rule.min && value <= rule.max;
    case 'flag':
      return typeof value === 'boolean';
    case 'any':
      return true;
  }
}

function sentence(rule: Rule): string {
  return `must be ${saysOf(rule)}`;
}

/** Such as `a whole number from 0 to 99`. */
export function saysOf(rule: Rule): string {
  switch (rule.is) {
    case 'text':
      return rule.says;
    case 'choice':
      return `one of ${rule.of.join(', ')}`;
    case 'whole':
      return `a whole number from ${rule.min} to ${rule.max}`;
    case 'flag':
      return 'true or false';
    case 'object':
      return 'an object';
    case 'list':
      return `a list of ${rule.min} to ${rule.max}`;
    case 'variant':
      return `an object whose ${rule.by} is one of ${Object.keys(rule.of).join(', ')}`;
    case 'one':
      return `an object with one of ${Object.keys(rule.of).join(', ')}`;
    case 'any':
      return 'anything';
  }
}

/** JSON Schema, draft 2020-12. */
export function schemaOf(rule: Rule): Readonly<Record<string, unknown>> {
  switch (rule.is) {
    case 'text':
      return { type: 'string', pattern: rule.pattern };
    case 'choice':
      return { enum: rule.of };
    case 'whole':
      return { type: 'integer', minimum: rule.min, maximum: rule.max };
    case 'flag':
      return { type: 'boolean' };
    case 'list':
      return { type: 'array', items: schemaOf(rule.of), minItems: rule.min, maxItems: rule.max };
    case 'object':
      return objectSchema(rule.fields);
    case 'variant':
      return {
        oneOf: Object.entries(rule.of).map(([name, fields]) =>
          objectSchema({ [rule.by]: { rule: { is: 'choice', of: [name] }, meaning: '', isRequired: true }, ...fields }),
        ),
      };
    case 'one':
      return {
        oneOf: Object.entries(rule.of).map(([name, field]) =>
          objectSchema({ [name]: { ...field, isRequired: true }, ...rule.with }),
        ),
      };
    case 'any':
      return {};
  }
}

function objectSchema(fields: FieldRules): Readonly<Record<string, unknown>> {
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, { description: field.meaning, ...schemaOf(field.rule) }]),
    ),
    required: Object.keys(fields).filter((name) => fields[name]?.isRequired),
    additionalProperties: false,
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
