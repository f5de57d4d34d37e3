/**
 * A message as values, as BER-TLV and as reports: the three blocks of a worked example.
 * Floor: simulator cli.
 */
import {
  COMMAND,
  type DataObject,
  decodeTlv,
  encodeFrame,
  encodeMessage,
  encodeTlv,
  FIELDS,
  type FieldName,
  type Frame,
  MESSAGES,
  type Message,
  toHex,
  unsignedToBytes,
} from '@comptoir/protocol';

/** Any channel that INIT gave. */
export const EXAMPLE_CHANNEL = 1;

/** How a message travels: `info` is the payload of a command of its own. */
function frameOf(message: Message): Frame {
  const command = message.kind === 'info' ? COMMAND.info : COMMAND.message;
  return { channel: EXAMPLE_CHANNEL, command, payload: encodeMessage(message) };
}

export function exampleText(message: Message, isOnTheWire: boolean): string[] {
  const lines = [
    '```text',
    ...valueLines(message, ''),
    '```',
    '',
    'As BER-TLV:',
    '',
    '```text',
    ...objectLines(encodeMessage(message)),
    '```',
  ];
  if (isOnTheWire)
    lines.push('', 'As reports:', '', '```text', ...encodeFrame(frameOf(message)).map(reportLine), '```');
  return lines;
}

function valueLines(values: object, indent: string): string[] {
  const lines: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (Array.isArray(value)) {
      for (const item of value as readonly object[])
        lines.push(`${indent}${name}:`, ...valueLines(item, `${indent}  `));
    } else {
      lines.push(`${indent}${name}: ${value instanceof Uint8Array ? toHex(value) : JSON.stringify(value)}`);
    }
  }
  return lines;
}

const NAMES: ReadonlyMap<number, string> = new Map([
  ...(Object.keys(FIELDS) as FieldName[]).map((name) => [FIELDS[name].tag, name] as const),
  ...Object.entries(MESSAGES).map(([name, { tag }]) => [tag, name] as const),
]);

function objectLines(bytes: Uint8Array): string[] {
  const result = decodeTlv(bytes);
  if (!result.ok) throw new Error(`an example does not decode: ${result.fault}`);
  return treeLines(result.objects, '');
}

/** `tag length value  name` of each object, children indented. */
function treeLines(objects: readonly DataObject[], indent: string): string[] {
  return objects.flatMap((object) => {
    const whole = toHex(encodeTlv(object));
    const value = toHex(object.value);
    const start = whole.slice(0, whole.length - value.length);
    const tag = hexTag(object.tag);
    const line = `${indent}${tag} ${start.slice(tag.length)}`;
    const name = NAMES.get(object.tag) ?? '';
    if (object.children !== undefined) return [`${line}  ${name}`, ...treeLines(object.children, `${indent}  `)];
    return [value === '' ? `${line}  ${name}` : `${line} ${value}  ${name}`];
  });
}

export function hexTag(tag: number): string {
  const length = tag > 0xffff ? 3 : tag > 0xff ? 2 : 1;
  return toHex(unsignedToBytes(tag, length));
}

/** The parts of a report between spaces; zero bytes at its end are counted. */
export function reportLine(report: Uint8Array): string {
  let end = report.length;
  while (end > 7 && report[end - 1] === 0) end -= 1;
  const isFirst = ((report[4] ?? 0) & 0x80) !== 0;
  const head = [report.subarray(0, 4), report.subarray(4, 5), ...(isFirst ? [report.subarray(5, 7)] : [])];
  const parts = [...head, report.subarray(isFirst ? 7 : 5, Math.max(end, isFirst ? 7 : 5))]
    .map(toHex)
    .filter((part) => part !== '');
  return end === report.length ? parts.join(' ') : `${parts.join(' ')} + ${report.length - end} × 00`;
}
