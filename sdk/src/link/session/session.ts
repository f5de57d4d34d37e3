/**
 * A session with a reader: messages sealed for it alone, and what is known about it.
 * Source: docs/explanation/the-link.md.   Floor: sdk link; imports nothing.
 */

/**
 * Whose readers a till trusts: public keys of factories, P-256, X then Y, 64 bytes each. `development`: the factory whose private
 * key is public. Any program can pretend to be such a reader; nothing of value belongs there.
 */
export type Trust = 'development' | readonly Uint8Array[];

/** What a factory has signed about the reader, and what it says that it runs. */
export interface CertifiedLink {
  readonly protocolVersion: 2;
  readonly certificate: {
    readonly model: string;
    /** Empty: a development image, whose readers have one certificate in common. */
    readonly serial: string;
    /** The numbers YYYYMMDD, the last day included. */
    readonly validFrom: number;
    readonly validThrough: number;
    /** The first 8 bytes of SHA-256 of the factory's public key, hexadecimal. */
    readonly factory: string;
    readonly isDevelopment: boolean;
  };
  /** As the reader tells it: the certificate can't know. */
  readonly firmware: {
    readonly version: string;
    /** Of the body of the image, hexadecimal; zeros on a board that can't be updated. */
    readonly sha256: string;
  };
}

/** Protocol version 1 is in clear, and says nothing about who is there. */
export type ReaderLink = CertifiedLink | { readonly protocolVersion: 1 };

export interface Session {
  readonly link: CertifiedLink;
  /** It's time for another one. */
  isOld(nowMs: number): boolean;
  seal(message: Uint8Array): Uint8Array;
  /** @param sealed untrusted @returns undefined when it isn't the reader's next message: the session is at its end */
  open(sealed: Uint8Array): Uint8Array | undefined;
  /** Overwrites its keys. */
  forget(): void;
}
