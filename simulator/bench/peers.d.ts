/** Peers that bring no types of their own: as much of them as is called. */
declare module 'ber-tlv' {
  const berTlv: { readonly TlvFactory: { parse(data: Buffer): unknown[] } };
  export default berTlv;
}
declare module 'node-tlv' {
  const TLV: { parse(data: Buffer): unknown };
  export default TLV;
}
declare module 'ff3' {
  export default class FF3Cipher {
    /** Hexadecimal, both. */
    constructor(key: string, tweak: string);
    encrypt(digits: string): string;
  }
}
