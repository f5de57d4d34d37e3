/**
 * Why an image is refused. Frozen: a number never changes its meaning, and an unknown one stays a number.
 * firmware/port/boot/image.h has the same table in C.
 * Floor: protocol; imports nothing.
 */
export const REFUSAL = {
  malformedHeader: 1,
  unknownHeaderVersion: 2,
  wrongImageType: 3,
  wrongModel: 4,
  wrongHardware: 5,
  wrongSlot: 6,
  olderVersion: 7,
  sameVersion: 8,
  securityVersionTooOld: 9,
  wrongKeyEpoch: 10,
  developmentImage: 11,
  unknownKey: 12,
  tooFewSignatures: 13,
  sameSignerTwice: 14,
  badSignature: 15,
  tooLong: 16,
  nothingBegun: 17,
  chunkOutOfRange: 18,
  chunkHashWrong: 19,
  incomplete: 20,
  bodyHashWrong: 21,
  flashFailed: 22,
  notNow: 23,
  chunkTableWrong: 24,
} as const;

export type RefusalName = keyof typeof REFUSAL;

/** What each refusal says to the person who updates a reader. */
export const REFUSAL_MEANING: Readonly<Record<RefusalName, string>> = {
  malformedHeader: 'the header is no header, or something is set in it that must not be',
  unknownHeaderVersion: 'the header has a version that the reader does not know',
  wrongImageType: 'the image is for another kind of device',
  wrongModel: 'the image is for another model',
  wrongHardware: 'the image is for other revisions of the hardware',
  wrongSlot: 'the image is not linked for the slot that it would go to',
  olderVersion: 'the image is older than what runs',
  sameVersion: 'the image has the version that runs',
  securityVersionTooOld: 'the image has a security version below the least that the reader accepts',
  wrongKeyEpoch: 'the image is signed with keys of another epoch',
  developmentImage: 'a development image is not for a release reader',
  unknownKey: 'a signature is by a key that the reader does not know',
  tooFewSignatures: 'two signatures are needed',
  sameSignerTwice: 'the same key signed twice',
  badSignature: 'a signature is wrong',
  tooLong: 'the body is empty, or does not fit the slot',
  nothingBegun: 'no update was begun',
  chunkOutOfRange: 'there is no such chunk, or it has another length',
  chunkHashWrong: 'the chunk is not the one that was signed',
  incomplete: 'not every chunk is there',
  bodyHashWrong: 'the body is not the one that was signed',
  flashFailed: 'the flash did not take it',
  notNow: 'the reader can not do that in the state it is in',
  chunkTableWrong: 'the chunk table is not the one that was signed, or has not come yet',
};

/** @returns the name, or undefined for a number that this version doesn't know */
export function refusalName(refusal: number): RefusalName | undefined {
  for (const [name, value] of Object.entries(REFUSAL)) if (value === refusal) return name as RefusalName;
  return undefined;
}
