/**
 * The board in C, member for member as firmware/src/board/board.ts declares it: each `///` line is a member of the interface
 * named above it, and the function below is that member. `npm run check` compares them (firmware/port/checkBoard.mjs).
 * Text of the contract is in board.ts; only what C adds is said here.
 * Memory: bytes that are handed in belong to the caller and are read before the function returns; bytes that are handed out
 * are copied to the caller's buffer. No function waits, none is called within another, and none from an interrupt.
 */
#ifndef COMPTOIR_BOARD_H
#define COMPTOIR_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOARD_REPORT_BYTES 64
#define BOARD_CARDS_IN_FIELD_BYTES_MAX 48
#define BOARD_RESPONSE_BYTES_MAX 258 /* a short response APDU with its status word */
#define BOARD_LINE_WRITE_BYTES_MAX 512
#define BOARD_LINE_READ_BYTES_MAX 256
#define BOARD_CONTACT_LINE_BYTES_MAX 264
#define BOARD_RANDOM_BYTES_MAX 64
#define BOARD_RECORDS 16 /* the script's; a store's names from here on are the port's own */
#define BOARD_RECORD_BYTES_MAX 1344
#define BOARD_IMAGE_HEADER_BYTES 256
#define BOARD_SLOT_STATUS_BYTES 8
#define BOARD_WRITTEN_BYTES_MAX 25 /* 1 + 192 chunks, one bit each */
#define BOARD_TAG_BYTES 16
#define BOARD_RSA_BYTES_MAX 248
#define BOARD_CONFIGURATION_READ_BYTES_MAX 1024
#define BOARD_ROLES 3 /* kinds of signed objects, from 1 on */
#define BOARD_KEY_IDENTIFIER_BYTES_MAX 12
#define BOARD_CHECK_VALUE_BYTES 5

typedef enum { BOARD_CONTACT = 0, BOARD_CONTACTLESS = 1 } board_place;

/** Forged is what can come from outside; misused is a fault of the firmware. */
typedef enum { BOARD_OPENED, BOARD_FORGED, BOARD_MISUSED } board_opened;

typedef enum { BOARD_STORED, BOARD_STORE_FAILED, BOARD_STORE_MISUSED } board_stored;

// interface Board
/// identity: Identity;
/// host: HostPort;
/// contact: CardPort;
/// contactless: CardPort;
/// nfc: UartPort | undefined;
bool board_has_nfc(void);
/// contactLine: ContactLinePort | undefined;
bool board_has_contact_line(void);
/// secure: Secure;
/// keys: KeyStore;
/// clock: BoardClock;
/// display: Display;
/// firmware: FirmwareStore | undefined;
bool board_has_firmware(void);
/// records: Records;
/// configuration: ConfigurationStore;
/// cardsInField(): Uint8Array;
size_t board_cards_in_field(uint8_t cards[BOARD_CARDS_IN_FIELD_BYTES_MAX]);
/// roleKey(kind: number): Uint8Array;
size_t board_role_key(uint32_t kind, const uint8_t **key); /* in flash, or never changed while the engine runs */
/// isTampered(): boolean;
bool board_is_tampered(void);
/// start(step: () => number): void;
void board_start(void); /* the script has handed over its step: engine_step() calls it */

// interface Identity
/// model: string;
const char *board_identity_model(void);
/// serial: string;
const char *board_identity_serial(void);

// interface HostPort
/// receiveReport(): Uint8Array | undefined;
bool board_host_receive_report(uint8_t report[BOARD_REPORT_BYTES]); /* false: none */
/// sendReport(report: Uint8Array): boolean;
bool board_host_send_report(const uint8_t report[BOARD_REPORT_BYTES]); /* false: endpoint busy, nothing taken */

// interface CardPort
/// poll(): number;
int32_t board_card_poll(board_place place);
/// transmit(command: Uint8Array): void;
bool board_card_transmit(board_place place, const uint8_t *command, size_t length); /* false: the answer before was not taken */
/// receive(): Uint8Array | undefined;
int32_t board_card_receive(board_place place, uint8_t response[BOARD_RESPONSE_BYTES_MAX]); /* bytes; -1: it still works */
/// release(): void;
void board_card_release(board_place place);

// interface UartPort
/// write(bytes: Uint8Array): boolean;
bool board_nfc_write(const uint8_t *bytes, size_t length);
/// read(): Uint8Array;
size_t board_nfc_read(uint8_t bytes[BOARD_LINE_READ_BYTES_MAX]);

// interface ContactLinePort
/// isCardPresent(): boolean;
bool board_contact_line_is_card_present(void);
/// reset(): void;
void board_contact_line_reset(void);
/// powerOff(): void;
void board_contact_line_power_off(void);
/// setTransmission(hasErrorSignal: boolean, etuClocks: number, guardEtu: number): void;
void board_contact_line_set_transmission(bool has_error_signal, uint32_t etu_clocks, uint32_t guard_etu);
/// write(bytes: Uint8Array): boolean;
bool board_contact_line_write(const uint8_t *bytes, size_t length);
/// read(): Uint8Array;
size_t board_contact_line_read(uint8_t bytes[BOARD_CONTACT_LINE_BYTES_MAX]);
/// isDamaged(): boolean;
bool board_contact_line_is_damaged(void);
/// silentEtu(): number;
uint32_t board_contact_line_silent_etu(void); /* at most 7FFFFFFF */

// interface Secure: firmware/port/secure, for boards without a secure element. False: misuse, a fault of the firmware.
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
/// encryptCbc(key: KeyHandle, iv: Uint8Array, plain: Uint8Array): Uint8Array;
bool board_secure_encrypt_cbc(uint32_t key, const uint8_t *iv, size_t iv_length, const uint8_t *plain, size_t length, uint8_t *cipher);
/// cmac(key: KeyHandle, data: Uint8Array): Uint8Array;
bool board_secure_cmac(uint32_t key, const uint8_t *data, size_t length, uint8_t mac[16]);
/// hmacSha256(key: KeyHandle, data: Uint8Array): Uint8Array;
bool board_secure_hmac_sha256(uint32_t key, const uint8_t *data, size_t length, uint8_t mac[32]);
/// sealGcm(key: KeyHandle, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Uint8Array;
bool board_secure_seal_gcm(uint32_t key, const uint8_t *nonce, size_t nonce_length, const uint8_t *associated, size_t associated_length, const uint8_t *plain, size_t length, uint8_t *sealed); /* length + 16 bytes */
/// openGcm(key: KeyHandle, nonce: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
board_opened board_secure_open_gcm(uint32_t key, const uint8_t *nonce, size_t nonce_length, const uint8_t *associated, size_t associated_length, const uint8_t *sealed, size_t length, uint8_t *plain); /* length - 16 bytes */
/// knownKey(key: Uint8Array): KeyHandle;
uint32_t board_secure_known_key(const uint8_t *key, size_t length); /* 0: misuse, or no room */
/// deriveHkdf(chain: KeyHandle, secret: KeyHandle, part: number): KeyHandle;
uint32_t board_secure_derive_hkdf(uint32_t chain, uint32_t secret, uint32_t part); /* 0: misuse, or no room */
/// importKeyBlock(protection: KeyHandle, block: Uint8Array): KeyHandle;
board_opened board_secure_import_key_block(uint32_t protection, const uint8_t *block, size_t length, uint32_t *key); /* no room: misused */
/// checkValue(key: KeyHandle): Uint8Array;
bool board_secure_check_value(uint32_t key, uint8_t value[BOARD_CHECK_VALUE_BYTES]);
/// makeKeyPair(): KeyHandle;
uint32_t board_secure_make_key_pair(void); /* 0: no room */
/// publicKey(pair: KeyHandle): Uint8Array;
bool board_secure_public_key(uint32_t pair, uint8_t public_key[32]);
/// agree(pair: KeyHandle, publicKey: Uint8Array): KeyHandle;
bool board_secure_agree(uint32_t pair, const uint8_t *public_key, size_t length, uint32_t *secret);
/// verifySignature(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean;
bool board_secure_verify_signature(const uint8_t *public_key, size_t key_length, const uint8_t *digest, size_t digest_length, const uint8_t *signature, size_t length); /* false: not valid */
/// rsaRecover(modulus: Uint8Array, exponent: number, data: Uint8Array): Uint8Array | undefined;
bool board_secure_rsa_recover(const uint8_t *modulus, size_t modulus_length, uint32_t exponent, const uint8_t *data, size_t length, uint8_t *recovered); /* false: refused */
/// eraseKey(key: KeyHandle): void;
bool board_secure_erase_key(uint32_t key);

// interface KeyStore: firmware/port/secure/keys/keyStore.c, for boards with NOR flash
/// identifier(set: number): Uint8Array;
size_t board_keys_identifier(uint32_t set, uint8_t identifier[BOARD_KEY_IDENTIFIER_BYTES_MAX]);
/// fetch(set: number, place: number): KeyHandle;
uint32_t board_keys_fetch(uint32_t set, uint32_t place); /* 0: none there, or no room in the key table */
/// store(set: number, identifier: Uint8Array, changes: Uint8Array): boolean;
board_stored board_keys_store(uint32_t set, const uint8_t *identifier, size_t identifier_length, const uint8_t *changes, size_t length);
/// zeroise(): void;
void board_keys_zeroise(void);

// interface Records: firmware/port/store, for boards with NOR flash
/// read(name: number): Uint8Array;
size_t board_records_read(uint8_t name, const uint8_t **value); /* until the next write */
/// write(name: number, value: Uint8Array): boolean;
bool board_records_write(uint8_t name, const uint8_t *value, size_t length);

// interface ConfigurationStore: firmware/port/store, for boards with NOR flash
/// read(place: number, offset: number, length: number): Uint8Array;
size_t board_configuration_read(uint32_t place, uint32_t offset, size_t length, const uint8_t **bytes); /* until the next call */
/// sha256(place: number, offset: number, length: number): Uint8Array;
void board_configuration_sha256(uint32_t place, uint32_t offset, size_t length, uint8_t digest[32]);
/// begin(length: number): boolean;
bool board_configuration_begin(size_t length);
/// write(offset: number, bytes: Uint8Array): boolean;
bool board_configuration_write(uint32_t offset, const uint8_t *bytes, size_t length);
/// finish(): boolean;
bool board_configuration_finish(void);

// interface BoardClock
/// uptimeMs(): number;
double board_clock_uptime_ms(void); /* a whole number */

// interface Display
/// show(prompt: number): void;
void board_display_show(int32_t prompt);
/// wink(): void;
void board_display_wink(void);

// interface FirmwareStore: called only where board_has_firmware(). Numbers are 0 or a REFUSAL.
/// running(): Uint8Array;
void board_firmware_running(uint8_t header[BOARD_IMAGE_HEADER_BYTES]);
/// status(): Uint8Array;
void board_firmware_status(uint8_t status[BOARD_SLOT_STATUS_BYTES]);
/// begin(manifest: Uint8Array): number;
int32_t board_firmware_begin(const uint8_t *manifest, size_t length); /* any length: others than 512 are refused */
/// write(chunk: number, bytes: Uint8Array): number;
int32_t board_firmware_write(uint32_t chunk, const uint8_t *bytes, size_t length);
/// written(): Uint8Array;
size_t board_firmware_written(uint8_t bits[BOARD_WRITTEN_BYTES_MAX]);
/// finish(): number;
int32_t board_firmware_finish(void);
/// confirm(): number;
int32_t board_firmware_confirm(void);
/// restart(): void;
void board_firmware_restart(void);

// Below the firmware: what the engine and the cryptography want from a port, and the script never sees.

/** One line for the developer's console. Never holds card data or keys. */
void board_log(const char *line);
/** The reader can't go on: logs the reason and resets. Called at any depth, out of memory included, so it allocates nothing. */
_Noreturn void board_fatal(const char *reason);
/** Called before each turn of the script. A hardware watchdog that isn't fed for its time resets the reader. */
void board_feed_watchdog(void);
/** Raw entropy from the chip's source, or injected. False when there is none: the reader doesn't start then. */
bool board_seed(uint8_t *bytes, size_t length);

#endif
