/**
 * From a body to a signed image. The same body, description and keys give the same bytes.
 * Floor: factory.
 */
import { BODY_BYTES_MAX, encodeImage, encodeImageHeader, IMAGE_TYPE, type ImageHeader } from '@comptoir/protocol/image';
import { sha256 } from '@noble/hashes/sha2.js';
import { chunkTableOf, type ReleaseKey, signHeader } from '#crypto/release';

/** What the body doesn't tell about itself. */
export type ImageDescription = Pick<ImageHeader, 'slot' | 'model' | 'version' | 'loadAddress'> &
  Partial<
    Pick<
      ImageHeader,
      'imageType' | 'isDevelopment' | 'hardwareMask' | 'securityVersion' | 'keyEpoch' | 'buildDate' | 'gitHash'
    >
  >;

const ALL_REVISIONS = 0xffffffff;

/**
 * Defaults: a reader's development image for all revisions of the hardware, security version 0, epoch 1, and neither date
 * nor commit, which would make two builds differ.
 * @param body 1..458,752 bytes @param keys two or three different ones
 * @throws RangeError when the body has another length
 */
export function signImage(body: Uint8Array, description: ImageDescription, keys: readonly ReleaseKey[]): Uint8Array {
  if (body.length === 0 || body.length > BODY_BYTES_MAX)
    throw new RangeError(`a body has 1 to ${BODY_BYTES_MAX} bytes, this one ${body.length}`);
  const chunkTable = chunkTableOf(body);
  const headerBytes = encodeImageHeader({
    imageType: IMAGE_TYPE.reader,
    isDevelopment: true,
    hardwareMask: ALL_REVISIONS,
    securityVersion: 0,
    keyEpoch: 1,
    buildDate: 0,
    gitHash: new Uint8Array(20),
    ...description,
    bodyLength: body.length,
    bodySha256: sha256(body),
    chunkTableSha256: sha256(chunkTable),
  });
  const signatures = keys.map((key) => signHeader(headerBytes, key));
  return encodeImage(headerBytes, signatures, chunkTable, body);
}
