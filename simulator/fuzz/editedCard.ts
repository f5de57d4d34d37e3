/**
 * A good card, whose answers were recorded once, says them again with changes that an input tells: so the fuzzer starts deep in a
 * transaction, and needs no key of the card.
 *
 *   input   number of the card, then edits, at most 64
 *   edit    number of the answer, what is done to it (% 7), and what that takes:
 *           0 offset, byte: the byte is another        4 number of a data object, length, value: it has another value
 *           1 length: it's cut                         5 length, bytes: they follow in the outer template
 *           2 length, bytes: another answer            6 number of a data object: it's left out
 *           3 two bytes: another status
 *
 * Floor: fuzz.
 */
import { concatBytes, type DataObject, decodeTlv, encodeTlv, equalBytes, toHex } from '@comptoir/protocol';
import type { Input } from './target.js';

const EDITS_MAX = 64;
const EDIT_KINDS = 7;
const RESPONSE_BYTES_MAX = 258;
const HEADER_BYTES = 4;
const STATUS_BYTES = 2;
const SW_NOT_SUPPORTED: Uint8Array = Uint8Array.of(0x6d, 0x00);

export interface Recorded {
  readonly command: Uint8Array;
  readonly response: Uint8Array;
}

interface Edit {
  readonly kind: number;
  readonly first: number;
  readonly bytes: Uint8Array;
}

/** To each command the answer to the same one, else to one with the same header, in their order; then edited. */
export function editedCard(
  recorded: readonly Recorded[],
  input: Input,
): (command: Uint8Array, number: number) => Uint8Array {
  const edits = readEdits(input);
  const said = new Set<Recorded>();
  return (command, number) => {
    const rest = recorded.filter((one) => !said.has(one));
    const header = toHex(command.subarray(0, HEADER_BYTES));
    const found =
      rest.find((one) => equalBytes(one.command, command)) ??
      rest.find((one) => toHex(one.command.subarray(0, HEADER_BYTES)) === header);
    if (found !== undefined) said.add(found);
    let response = found?.response ?? SW_NOT_SUPPORTED;
    for (const edit of edits.get(number) ?? []) response = edited(response, edit);
    return response.slice(0, RESPONSE_BYTES_MAX);
  };
}

function readEdits(input: Input): ReadonlyMap<number, readonly Edit[]> {
  const edits = new Map<number, Edit[]>();
  for (let count = 0; count < EDITS_MAX && !input.isEmpty; count += 1) {
    const answer = input.byte();
    const kind = input.byte() % EDIT_KINDS;
    const first = kind === 2 || kind === 3 || kind === 5 ? 0 : input.byte();
    const bytes = input.take(
      kind === 0 ? 1 : kind === 3 ? STATUS_BYTES : kind === 2 || kind === 4 || kind === 5 ? input.byte() : 0,
    );
    edits.set(answer, [...(edits.get(answer) ?? []), { kind, first, bytes }]);
  }
  return edits;
}

function edited(response: Uint8Array, { kind, first, bytes }: Edit): Uint8Array {
  const end = Math.max(0, response.length - STATUS_BYTES);
  const status = response.subarray(end);
  switch (kind) {
    case 0: {
      const changed = response.slice();
      if (changed.length > 0) changed[first % changed.length] = bytes[0] ?? 0;
      return changed;
    }
    case 1:
      return response.slice(0, first);
    case 2:
      return bytes;
    case 3:
      return concatBytes(response.subarray(0, end), bytes);
    default: {
      const tlv = decodeTlv(response.subarray(0, end));
      if (!tlv.ok) return response;
      return concatBytes(encodeTlv(...editedObjects(tlv.objects, kind, first, bytes)), status);
    }
  }
}

function editedObjects(
  objects: readonly DataObject[],
  kind: number,
  number: number,
  bytes: Uint8Array,
): readonly DataObject[] {
  if (kind === 5) {
    const more = decodeTlv(bytes);
    const [outer, ...others] = objects;
    if (outer?.children === undefined || !more.ok) return objects;
    return [{ ...outer, children: [...outer.children, ...more.objects] }, ...others];
  }
  let at = -1;
  const visit = (list: readonly DataObject[]): DataObject[] =>
    list.flatMap((object) => {
      if (object.children !== undefined) return [{ ...object, children: visit(object.children) }];
      at += 1;
      if (at !== number) return [object];
      return kind === 6 ? [] : [{ tag: object.tag, value: bytes }];
    });
  return visit(objects);
}
