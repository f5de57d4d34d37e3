/**
 * The board of a dynamic card in C, member for member as firmware/src/board/cardBoard.ts declares it, in the way of board.h, from
 * which come the parts that both devices have: what is below the firmware, and the functions that are declared there, too.
 */
#ifndef COMPTOIR_CARD_BOARD_H
#define COMPTOIR_CARD_BOARD_H

#include "board.h"

#define BOARD_CARD_RECORDS 128
#define BOARD_CARD_COMMAND_BYTES_MAX 512 /* a short command APDU has 261 */
#define BOARD_CARD_IDENTIFIER_BYTES 8
#define BOARD_CARD_ISSUERS_MAX 8
#define BOARD_CARD_LABEL_MAX 16
#define BOARD_CARD_DIGITS_MAX 4
#define BOARD_CARD_RSA_BYTES_MAX 144

/** FIELD of cardBoard.ts. */
enum { FIELD_NONE = 0, FIELD_CONTACT = 1, FIELD_CONTACTLESS = 2 };
/** WRAPPED of firmware/protocol. */
enum { WRAPPED_AES = 1, WRAPPED_RSA = 2 };

// interface CardBoard
/// field: FieldPort;
/// nfc: UartPort | undefined;
bool board_has_nfc(void);
/// secure: CardSecure;
/// records: Records;
/// clock: BoardClock;
/// button: Button;
/// display: CardDisplay;
/// identifier(): Uint8Array;
void board_identifier(uint8_t identifier[BOARD_CARD_IDENTIFIER_BYTES]);
/// issuers(): Uint8Array;
size_t board_issuers(const uint8_t **keys); /* in flash, or never changed while the engine runs */
/// start(step: () => number): void;
void board_start(void); /* the script has handed over its step: engine_step() calls it */

// interface FieldPort
/// power(): number;
int32_t board_field_power(void);
/// receive(): Uint8Array | undefined;
int32_t board_field_receive(uint8_t command[BOARD_CARD_COMMAND_BYTES_MAX]); /* bytes; -1: nothing */
/// send(response: Uint8Array): void;
void board_field_send(const uint8_t *response, size_t length);

// interface Button
/// isPressed(): boolean;
bool board_button_is_pressed(void);

// interface CardDisplay
/// show(label: string, digits: string): void;
void board_card_display_show(const char *label, const char *digits); /* the first BOARD_CARD_LABEL_MAX and BOARD_CARD_DIGITS_MAX characters count */

// interface CardSecure: firmware/port/secure, for cards without a secure element. False: misuse, a fault of the firmware.
/// sha1(data: Uint8Array): Uint8Array;
bool board_secure_sha1(const uint8_t *data, size_t length, uint8_t digest[20]);
/// sha256(data: Uint8Array): Uint8Array;
bool board_secure_sha256(const uint8_t *data, size_t length, uint8_t digest[32]);
/// random(length: number): Uint8Array;
bool board_secure_random(uint8_t *bytes, size_t length);
/// findKey(name: string): KeyHandle;
uint32_t board_secure_find_key(const char *name);
/// keyIdentifier(key: KeyHandle): Uint8Array;
bool board_secure_key_identifier(uint32_t key, const uint8_t **identifier, size_t *length); /* until the key is erased */
/// deriveKey(parent: KeyHandle, data: Uint8Array): KeyHandle;
uint32_t board_secure_derive_key(uint32_t parent, const uint8_t *data, size_t length); /* 0: misuse, or no room */
/// deriveCmac(parent: KeyHandle, data: Uint8Array): KeyHandle;
uint32_t board_secure_derive_cmac(uint32_t parent, const uint8_t *data, size_t length); /* 0: misuse, or no room */
/// unwrapKey(wrapping: KeyHandle, kind: number, block: Uint8Array): KeyHandle;
board_opened board_secure_unwrap_key(uint32_t wrapping, uint32_t kind, const uint8_t *block, size_t length, uint32_t *key); /* no room: misused */
/// cmac(key: KeyHandle, data: Uint8Array): Uint8Array;
bool board_secure_cmac(uint32_t key, const uint8_t *data, size_t length, uint8_t mac[16]);
/// rsaSize(key: KeyHandle): number;
size_t board_secure_rsa_size(uint32_t key); /* 0: misuse */
/// rsaSign(key: KeyHandle, block: Uint8Array): Uint8Array;
board_opened board_secure_rsa_sign(uint32_t key, const uint8_t *block, size_t length, uint8_t *signature); /* forged: the check failed, nothing was written */
/// verifySignature(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean;
bool board_secure_verify_signature(const uint8_t *public_key, size_t key_length, const uint8_t *digest, size_t digest_length, const uint8_t *signature, size_t length); /* false: not valid */
/// eraseKey(key: KeyHandle): void;
bool board_secure_erase_key(uint32_t key);

#endif
