/** What somebody signed, before anybody looks who: a reader's certificate, the head of an object, an image and a package of them. */
import { isDeepStrictEqual } from 'node:util';
import { concatBytes, equalBytes, signedHeadLength } from '@comptoir/protocol';
import {
  decodeImageHeader,
  decodeUpdatePackage,
  encodeImageHeader,
  encodeUpdatePackage,
  IMAGE_HEADER_BYTES,
} from '@comptoir/protocol/image';
import { decodeReaderCertificate, readerCertificateBody } from '@comptoir/protocol/link';
import { EXAMPLES } from '../../src/cli/docs/exampleMessages.js';
import { hold, Input } from '../target.js';

export function seeds(): readonly Uint8Array[] {
  const { body } = readerCertificateBody({
    factoryKeyId: new Uint8Array(8),
    staticKey: new Uint8Array(32),
    validFrom: 20260101,
    validThrough: 20361231,
    model: 'Comptoir',
    serial: '1',
  });
  const { signedHeader } = EXAMPLES.firmwareBegin;
  return [
    concatBytes(body, new Uint8Array(64)),
    signedHeader,
    encodeUpdatePackage([signedHeader]),
    Uint8Array.of(0xb0, 0x01, 0),
  ];
}

export function fuzz(data: Uint8Array): void {
  const bytes = new Input(data).rest();
  const certificate = decodeReaderCertificate(bytes);
  if (certificate !== undefined) {
    const { body, signed } = readerCertificateBody(certificate);
    hold(equalBytes(concatBytes(body, certificate.signature), bytes), 'a certificate is written as it was read');
    hold(equalBytes(signed, certificate.signed), 'the signature is over all that is before it');
  }
  hold(signedHeadLength(bytes) <= 129, 'the head of an object is shorter than 130 bytes');
  const header = decodeImageHeader(bytes);
  if (header.ok) {
    const again = decodeImageHeader(encodeImageHeader(header.header));
    hold(again.ok && isDeepStrictEqual(again.header, header.header), 'a header is read as it was written');
    hold(bytes.length >= IMAGE_HEADER_BYTES, 'a header is whole');
  }
  const opened = decodeUpdatePackage(bytes);
  if (!opened.ok) hold(opened.at >= 0 && opened.at <= bytes.length, 'a fault shows inside the bytes');
  else hold(opened.images.length > 0, 'a package holds an image');
}
