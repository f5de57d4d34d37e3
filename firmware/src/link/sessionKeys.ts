/**
 * The two keys of a session, each with the number of its next message: what is sent again, left out or changed isn't opened.
 * Source: The Noise Protocol Framework, revision 34, §5.1.   Floor: link.
 */
import { NO_BYTES } from '@comptoir/protocol';
import { noiseNonce, SESSION_MESSAGES_MAX } from '@comptoir/protocol/link';
import type { KeyHandle, Secure } from '../board/board.js';

export class SessionKeys {
  private readonly secure: Secure;
  private readonly receiving: KeyHandle;
  private readonly sending: KeyHandle;
  private received = 0;
  private sent = 0;

  constructor(secure: Secure, receiving: KeyHandle, sending: KeyHandle) {
    this.secure = secure;
    this.receiving = receiving;
    this.sending = sending;
  }

  /** No message more may be sealed, or opened, with these keys. */
  get areSpent(): boolean {
    return Math.max(this.received, this.sent) >= SESSION_MESSAGES_MAX;
  }

  seal(plain: Uint8Array): Uint8Array {
    const number = this.sent;
    this.sent += 1;
    return this.secure.sealGcm(this.sending, noiseNonce(number), NO_BYTES, plain);
  }

  /** @param sealed untrusted @returns undefined when it isn't the next message of the host: the session has to end */
  open(sealed: Uint8Array): Uint8Array | undefined {
    const number = this.received;
    this.received += 1;
    return this.secure.openGcm(this.receiving, noiseNonce(number), NO_BYTES, sealed);
  }

  erase(): void {
    this.secure.eraseKey(this.receiving);
    this.secure.eraseKey(this.sending);
  }
}
