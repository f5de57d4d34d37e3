/**
 * What an image says about itself, for people and for programs.
 * Floor: cli.
 */
import { toHex } from '@comptoir/protocol';
import {
  decodeUpdatePackage,
  type Image,
  MODEL,
  REFUSAL_MEANING,
  type RefusalName,
  versionText,
} from '@comptoir/protocol/image';
import { ReaderError } from '@comptoir/sdk';

export interface ImageText {
  readonly slot: 'A' | 'B';
  readonly model: string;
  readonly version: string;
  readonly securityVersion: number;
  readonly keyEpoch: number;
  readonly isDevelopment: boolean;
  readonly bytes: number;
  readonly bodySha256: string;
  readonly git?: string;
  /** Key ids. */
  readonly signers: readonly string[];
}

export function describeImage({ header, signatures }: Image): ImageText {
  const { model, gitHash } = header;
  const [name = String(model)] = Object.entries(MODEL).find(([, number]) => number === model) ?? [];
  return {
    slot: header.slot === 0 ? 'A' : 'B',
    model: name,
    version: versionText(header.version),
    securityVersion: header.securityVersion,
    keyEpoch: header.keyEpoch,
    isDevelopment: header.isDevelopment,
    bytes: header.bodyLength,
    bodySha256: toHex(header.bodySha256),
    ...(gitHash.some((byte) => byte !== 0) && { git: toHex(gitHash) }),
    signers: signatures.map(({ keyId }) => toHex(keyId)),
  };
}

export function imageLines(image: ImageText): readonly string[] {
  const kind = image.isDevelopment ? 'development' : 'release';
  return [
    `slot ${image.slot}: ${image.model}, ${image.version}, security version ${image.securityVersion}, ${kind} epoch ${image.keyEpoch}`,
    `  body ${image.bytes} bytes, SHA-256 ${image.bodySha256}`,
    `  signed by ${image.signers.length === 0 ? 'nobody' : image.signers.join(', ')}`,
    ...(image.git === undefined ? [] : [`  commit ${image.git.toLowerCase()}`]),
  ];
}

/** @throws ReaderError `usage/invalid` when it's no package */
export function readPackage(bytes: Uint8Array): readonly Image[] {
  const decoded = decodeUpdatePackage(bytes);
  if (decoded.ok) return decoded.images;
  const { fault, at } = decoded;
  const meaning: string = REFUSAL_MEANING[fault as RefusalName] ?? 'it is no update, or not whole';
  throw new ReaderError('usage/invalid', {
    charged: 'no',
    message: `The file is refused: ${meaning} (${fault} at byte ${at}).`,
    recovery: { do: 'fix-code', message: 'Give a file that `comptoir firmware sign` made.' },
  });
}

export function imagesOf(bytes: Uint8Array): readonly ImageText[] {
  return readPackage(bytes).map(describeImage);
}
