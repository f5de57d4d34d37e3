/** BER-TLV: what is read and written again is the same. */
import { isDeepStrictEqual } from 'node:util';
import {
  CARD_TLV_LIMITS,
  createTlvIndex,
  type DataObject,
  decodeTlv,
  encodeTlv,
  GENERAL_TLV_LIMITS,
  indexTlv,
} from '@comptoir/protocol';
import { hexIn, hold, vectorInputs } from '../target.js';

export function seeds(): readonly Uint8Array[] {
  return vectorInputs('tlv', 'tlv.parse').map((input) => hexIn(input, 'hex'));
}

const index = createTlvIndex(GENERAL_TLV_LIMITS.objectsMax);

export function fuzz(data: Uint8Array): void {
  const bytes = Uint8Array.from(data);
  for (const limits of [GENERAL_TLV_LIMITS, CARD_TLV_LIMITS]) {
    const decoded = decodeTlv(bytes, limits);
    hold(indexTlv(index, bytes, limits) === decoded.ok, 'index and tree agree on what is well formed');
    if (!decoded.ok) {
      hold(decoded.at >= 0 && decoded.at <= bytes.length, 'a fault shows inside the bytes');
      continue;
    }
    hold(depthOf(decoded.objects) <= limits.depthMax + 1, 'no template is deeper than the limit');
    hold(index.count <= limits.objectsMax, 'there are no more objects than the limit');
    const again = decodeTlv(encodeTlv(...decoded.objects), GENERAL_TLV_LIMITS);
    hold(
      again.ok && isDeepStrictEqual(shapeOf(again.objects), shapeOf(decoded.objects)),
      'it is read as it was written',
    );
  }
}

function depthOf(objects: readonly DataObject[]): number {
  return objects.length === 0 ? 0 : 1 + Math.max(...objects.map(({ children }) => depthOf(children ?? [])));
}

/** Without the bytes of templates, whose padding isn't written again. */
function shapeOf(objects: readonly DataObject[]): unknown {
  return objects.map(({ tag, value, children }) => [tag, children === undefined ? value : shapeOf(children)]);
}
