/**
 * A second Noise_XX_25519_AESGCM_SHA256, the initiator's side, on Node's own cryptography. It shares no code with the firmware or
 * the SDK.   Source: The Noise Protocol Framework, revision 34.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';

const NAME = Buffer.concat([Buffer.from('Noise_XX_25519_AESGCM_SHA256'), Buffer.alloc(4)]);
const PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC = Buffer.from('302a300506032b656e032100', 'hex');

/** Reading one takes a multiplication; tests have few. */
const keys = new Map<string, KeyObject>();
const privateKey = (scalar: Uint8Array): KeyObject => {
  const name = Buffer.from(scalar).toString('hex');
  const key =
    keys.get(name) ?? createPrivateKey({ key: Buffer.concat([PRIVATE, scalar]), format: 'der', type: 'pkcs8' });
  keys.set(name, key);
  return key;
};
export const publicOf = (scalar: Uint8Array): Buffer =>
  createPublicKey(privateKey(scalar)).export({ format: 'der', type: 'spki' }).subarray(PUBLIC.length);
const agree = (scalar: Uint8Array, point: Uint8Array): Buffer =>
  diffieHellman({
    privateKey: privateKey(scalar),
    publicKey: createPublicKey({ key: Buffer.concat([PUBLIC, point]), format: 'der', type: 'spki' }),
  });

function iv(number: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64BE(BigInt(number), 4);
  return bytes;
}

/** One key and the number of its next message. */
export class NodeCipher {
  readonly key: Buffer;
  number = 0;
  constructor(key: Buffer) {
    this.key = key;
  }
  seal(plain: Uint8Array, associated: Uint8Array = Buffer.alloc(0)): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.key, iv(this.number)).setAAD(associated);
    this.number += 1;
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }
  /** @throws Error when the tag is wrong */
  open(sealed: Uint8Array, associated: Uint8Array = Buffer.alloc(0)): Buffer {
    const cipher = createDecipheriv('aes-256-gcm', this.key, iv(this.number)).setAAD(associated);
    this.number += 1;
    cipher.setAuthTag(sealed.subarray(sealed.length - 16));
    return Buffer.concat([cipher.update(sealed.subarray(0, sealed.length - 16)), cipher.final()]);
  }
}

export class NodeInitiator {
  hash: Buffer;
  private chain: Buffer = NAME;
  private cipher = new NodeCipher(Buffer.alloc(32));
  private readonly own: { readonly fixed: Uint8Array; readonly ephemeral: Uint8Array };
  private theirs: Buffer = Buffer.alloc(0);

  constructor(prologue: Uint8Array, own: { readonly fixed: Uint8Array; readonly ephemeral: Uint8Array }) {
    this.hash = this.mixed(NAME, prologue);
    this.own = own;
  }

  first(payload: Uint8Array = Buffer.alloc(0)): Buffer {
    const ephemeral = publicOf(this.own.ephemeral);
    this.hash = this.mixed(this.mixed(this.hash, ephemeral), payload);
    return Buffer.concat([ephemeral, payload]);
  }

  /** @returns static key and payload @throws Error when a tag is wrong */
  second(message: Uint8Array): { readonly fixed: Buffer; readonly payload: Buffer } {
    this.theirs = Buffer.from(message.subarray(0, 32));
    this.hash = this.mixed(this.hash, this.theirs);
    this.mixKey(agree(this.own.ephemeral, this.theirs));
    const fixed = this.open(message.subarray(32, 80));
    this.mixKey(agree(this.own.ephemeral, fixed));
    return { fixed, payload: this.open(message.subarray(80)) };
  }

  third(payload: Uint8Array = Buffer.alloc(0)): Buffer {
    const fixed = this.seal(publicOf(this.own.fixed));
    this.mixKey(agree(this.own.fixed, this.theirs));
    return Buffer.concat([fixed, this.seal(payload)]);
  }

  keys(): { readonly sending: NodeCipher; readonly receiving: NodeCipher } {
    const [sending, receiving] = this.derive(Buffer.alloc(0));
    return { sending: new NodeCipher(sending), receiving: new NodeCipher(receiving) };
  }

  private mixed(hash: Uint8Array, data: Uint8Array): Buffer {
    return createHash('sha256').update(hash).update(data).digest();
  }
  private derive(secret: Uint8Array): [Buffer, Buffer] {
    const both = Buffer.from(hkdfSync('sha256', secret, this.chain, Buffer.alloc(0), 64));
    return [both.subarray(0, 32), both.subarray(32)];
  }
  private mixKey(secret: Uint8Array): void {
    const [chain, key] = this.derive(secret);
    this.chain = chain;
    this.cipher = new NodeCipher(key);
  }
  private seal(plain: Uint8Array): Buffer {
    const sealed = this.cipher.seal(plain, this.hash);
    this.hash = this.mixed(this.hash, sealed);
    return sealed;
  }
  private open(sealed: Uint8Array): Buffer {
    const plain = this.cipher.open(sealed, this.hash);
    this.hash = this.mixed(this.hash, sealed);
    return plain;
  }
}
