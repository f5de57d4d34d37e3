/**
 * Opens a session with a reader and checks who it is: what a till loads when it opens a link.
 * Source: docs/explanation/the-link.md.   Floor: sdk link.
 */
import { toHex } from '@comptoir/protocol';
import { versionText } from '@comptoir/protocol/image';
import {
  decodeReaderCertificate,
  decodeReaderWord,
  linkPrologue,
  SESSION_MESSAGES_MAX,
  SESSION_MS_MAX,
} from '@comptoir/protocol/link';
import { type CertificateFault, certificateFault, developmentFactoryKey } from '#crypto/certificate';
import type { ErrorCode } from '../../values/errorTable.js';
import { LinkFault } from '../../values/linkFault.js';
import type { RandomBytes } from '../../values/random.js';
import { type NoiseCipher, NoiseInitiator } from './noiseInitiator.js';
import type { CertifiedLink, Session, Trust } from './session.js';

export interface SessionRequest {
  /** Payloads of INIT and of its answer. */
  readonly init: Uint8Array;
  readonly initAnswer: Uint8Array;
  readonly trust: Trust;
  /** Of the clock. */
  readonly nowMs: number;
  /** What the reader said in clear that it is. */
  readonly model: string;
  readonly serial: string;
  readonly random: RandomBytes;
}

export interface BegunSession {
  /** Message 1. */
  readonly first: Uint8Array;
  /** @param second message 2, untrusted @returns message 3, and the session @throws LinkFault whose code begins with `link/` */
  answer(second: Uint8Array): { readonly third: Uint8Array; readonly session: Session };
}

const CODE_OF_FAULT: Readonly<Record<CertificateFault, ErrorCode>> = {
  untrusted: 'link/untrusted',
  expired: 'link/expired',
  other: 'link/impostor',
};

/** A session is made anew before its time is over, and before its numbers are used up. */
const RENEWED_AFTER_MS = SESSION_MS_MAX - 300_000;
const RENEWED_AFTER_MESSAGES = SESSION_MESSAGES_MAX / 2;

export function beginSession(request: SessionRequest): BegunSession {
  const noise = new NoiseInitiator(linkPrologue(request.init, request.initAnswer), request.random);
  return {
    first: noise.first(),
    answer(second) {
      const answered = noise.second(second);
      if (answered === undefined) throw new LinkFault('link/tampered');
      const link = checkReader(answered.payload, answered.staticKey, request);
      const opened = noise.finish();
      if (opened === undefined) throw new LinkFault('link/tampered');
      const { third, sending, receiving } = opened;
      return { third, session: createSession(sending, receiving, link, request.nowMs) };
    },
  };
}

function checkReader(
  payload: Uint8Array,
  staticKey: Uint8Array,
  { trust, nowMs, model, serial }: SessionRequest,
): CertifiedLink {
  const word = decodeReaderWord(payload);
  const certificate = word && decodeReaderCertificate(word.certificate);
  if (word === undefined || certificate === undefined) throw new LinkFault('link/untrusted');
  const factories = trust === 'development' ? [developmentFactoryKey().publicKey] : trust;
  const today = new Date(nowMs);
  const day = today.getUTCFullYear() * 10_000 + (today.getUTCMonth() + 1) * 100 + today.getUTCDate();
  const fault = certificateFault(certificate, { factories, today: day, staticKey, model, serial });
  if (fault !== undefined) throw new LinkFault(CODE_OF_FAULT[fault]);
  return {
    protocolVersion: 2,
    certificate: {
      model: certificate.model,
      serial: certificate.serial,
      validFrom: certificate.validFrom,
      validThrough: certificate.validThrough,
      factory: toHex(certificate.factoryKeyId),
      isDevelopment: trust === 'development',
    },
    firmware: { version: versionText(word.firmwareVersion), sha256: toHex(word.firmwareSha256) },
  };
}

function createSession(sending: NoiseCipher, receiving: NoiseCipher, link: CertifiedLink, openedMs: number): Session {
  return {
    link,
    isOld: (nowMs) =>
      nowMs - openedMs >= RENEWED_AFTER_MS || Math.max(sending.messages, receiving.messages) >= RENEWED_AFTER_MESSAGES,
    seal: (message) => sending.seal(message),
    open: (sealed) => receiving.open(sealed),
    forget() {
      sending.forget();
      receiving.forget();
    },
  };
}
