/**
 * When an answer is the expected one. Only what `expected` names is compared; what is named there and not answered fails.
 * Source: test-vectors/README.md, equality.   Floor: simulator trials.
 */
import { reasonCode } from './reasonCodes.js';
import { isObject } from './vectorFiles.js';

interface Rules {
  /** Fields of `expected` that explain, and aren't compared. */
  readonly explained?: readonly string[];
  /** `reason` is compared, by its code. */
  readonly isReasonCompared?: true;
  /** Fields of an accepted input: a record that is refused may name them, and they say nothing then. */
  readonly acceptedOnly?: readonly string[];
  /** Free text: only whether it's there is compared. */
  readonly presence?: readonly string[];
  /** Fields of every candidate that mean false when they are absent. */
  readonly falseWhenAbsent?: string;
}

const KEY_FIELDS = ['serial', 'modulus', 'exponent'] as const;

const RULES: Readonly<Record<string, Rules>> = {
  'read.records': { isReasonCompared: true, presence: ['oda'] },
  selection: { isReasonCompared: true },
  'transport.61_6c': { explained: ['note'] },
  'trace.contact': { explained: ['mustNotAppearInOutput'] },
  'trace.contactless': { explained: ['mustNotAppearInOutput'] },
  'candidate.list.contact': { falseWhenAbsent: 'confirmationRequired' },
  'oda.issuer': { acceptedOnly: ['issuerId', 'expiry', 'hashAlg', 'pkAlg', ...KEY_FIELDS] },
  'oda.sda': { acceptedOnly: ['dataAuthCode'] },
  'oda.icc': { acceptedOnly: ['pan', 'expiry', ...KEY_FIELDS] },
  'oda.dda': { acceptedOnly: ['iccDynamicNumber'] },
  'oda.cda': { acceptedOnly: ['iccDynamicNumber', 'cid', 'ac', 'txHash'] },
  'oda.fdda': { acceptedOnly: ['iccDynamicNumber'] },
};

/** True when `actual` is what a record of this kind expects. */
export function isExpected(kind: string, expected: unknown, actual: unknown): boolean {
  if (!isObject(expected) || !isObject(actual)) return false;
  const rules = RULES[kind] ?? {};
  for (const [name, value] of Object.entries(expected)) {
    if (rules.explained?.includes(name)) continue;
    if (name === 'reason') {
      if (rules.isReasonCompared && !isSameReason(value, actual[name])) return false;
    } else if (rules.presence?.includes(name)) {
      if (expected['ok'] !== false && !actual[name]) return false;
    } else if (expected['ok'] === false && rules.acceptedOnly?.includes(name)) {
      if (actual['ok'] !== false) return false;
    } else if (!isEqual(value, actual[name], rules.falseWhenAbsent)) {
      return false;
    }
  }
  return expected['ok'] === false || !rules.presence?.some((name) => !(name in expected) && Boolean(actual[name]));
}

function isSameReason(expected: unknown, actual: unknown): boolean {
  return typeof expected === 'string' && typeof actual === 'string' && reasonCode(expected) === reasonCode(actual);
}

function isEqual(expected: unknown, actual: unknown, falseWhenAbsent: string | undefined): boolean {
  if (typeof expected === 'string' && typeof actual === 'string') return isEqualText(expected, actual);
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, at) =>
        isEqual(withFalse(item, falseWhenAbsent), withFalse(actual[at], falseWhenAbsent), falseWhenAbsent),
      )
    );
  }
  if (isObject(expected)) {
    return (
      isObject(actual) &&
      Object.entries(expected).every(([name, value]) => isEqual(value, actual[name], falseWhenAbsent))
    );
  }
  return expected === actual;
}

function withFalse(item: unknown, name: string | undefined): unknown {
  return name !== undefined && isObject(item) && !(name in item) ? { ...item, [name]: false } : item;
}

/** Hexadecimal text is compared without regard to case. */
function isEqualText(expected: string, actual: string): boolean {
  if (expected === actual) return true;
  return isHex(expected) && isHex(actual) && expected.toUpperCase() === actual.toUpperCase();
}

function isHex(text: string): boolean {
  return text.length % 2 === 0 && /^[0-9A-Fa-f]*$/.test(text);
}
