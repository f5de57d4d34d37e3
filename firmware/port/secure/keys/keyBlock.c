/**
 * `importKeyBlock`: a key out of a block of ANSI X9.143 (TR-31:2018) version D, by what it's for.
 * Source: sdk/factory/src/keys/keyBlock.ts draws it. Nothing of the key is used before the MAC holds; a reader takes what it has use for, and nothing that may be exported.
 */
#include "board.h"
#include "keyTable.h"
#include "mbedtls/aes.h"
#include "mbedtls/cipher.h"
#include "mbedtls/cmac.h"
#include "mbedtls/constant_time.h"
#include "mbedtls/platform_util.h"

#include <string.h>

#define HEADER_CHARACTERS 16
#define OPTIONAL_HEAD_CHARACTERS 4
#define MAC_BYTES 16
#define AES_BLOCK_BYTES 16
#define PLAIN_BYTES 48 /* length 2, a key of at most 32, padding: always so long, whatever the key is */
#define CHARACTERS_MAX 256
#define PROTECTION_KEY_BYTES 32

enum { DERIVE_ENCRYPTION, DERIVE_AUTHENTICATION };

/** Usage, algorithm, mode of use; which key it becomes. */
static const struct {
  char is[5];
  uint8_t kind;
} accepted[] = {
  {"B1AX", KEY_DERIVATION}, {"M7HC", KEY_HMAC}, {"M7HG", KEY_HMAC}, {"K1AB", KEY_PROTECTION}, {"K1AD", KEY_PROTECTION},
};

static bool cmac(const uint8_t key[PROTECTION_KEY_BYTES], const uint8_t *data, size_t length, uint8_t mac[MAC_BYTES]) {
  return mbedtls_cipher_cmac(mbedtls_cipher_info_from_type(MBEDTLS_CIPHER_AES_256_ECB), key, 256, data, length, mac) == 0;
}

static bool derive(const uint8_t *protection, uint8_t usage, uint8_t key[PROTECTION_KEY_BYTES]) {
  uint8_t data[8] = {1, 0, usage, 0, 0, 4, 1, 0}; /* counter, usage, 00, AES-256, 256 bits */
  if (!cmac(protection, data, sizeof data, key)) return false;
  data[0] = 2;
  return cmac(protection, data, sizeof data, key + MAC_BYTES);
}

static int digit(uint8_t character, int base) {
  if (character >= '0' && character <= '9') return character - '0';
  return base == 16 && character >= 'A' && character <= 'F' ? character - 'A' + 10 : -1;
}

/** A number of so many digits, or -1. */
static int32_t number(const uint8_t *text, size_t digits, int base) {
  int32_t value = 0;
  for (; digits > 0; digits -= 1, text += 1) {
    if (digit(*text, base) < 0) return -1;
    value = value * base + digit(*text, base);
  }
  return value;
}

static bool take_hex(const uint8_t *text, size_t bytes, uint8_t *taken) {
  for (; bytes > 0; bytes -= 1, text += 2, taken += 1) {
    const int32_t value = number(text, 2, 16);
    if (value < 0) return false;
    *taken = (uint8_t)value;
  }
  return true;
}

/** Where the header ends; 0: it's none, or the block isn't as long as it says. */
static size_t header_end(const uint8_t *block, size_t length) {
  const size_t rest = 2 * (PLAIN_BYTES + MAC_BYTES);
  if (length < HEADER_CHARACTERS + rest || length > CHARACTERS_MAX || length % AES_BLOCK_BYTES != 0) return 0;
  if (block[0] != 'D' || number(block + 1, 4, 10) != (int32_t)length || memcmp(block + 14, "00", 2) != 0) return 0;
  size_t end = HEADER_CHARACTERS;
  for (int32_t blocks = number(block + 12, 2, 10); blocks != 0; blocks -= 1) {
    if (blocks < 0 || end + OPTIONAL_HEAD_CHARACTERS > length - rest) return 0;
    const int32_t size = number(block + end + 2, 2, 16);
    if (size < OPTIONAL_HEAD_CHARACTERS) return 0;
    end += (size_t)size;
  }
  return end == length - rest ? end : 0;
}

/** The kind of key, or -1. */
static int kind_of(const uint8_t *block) {
  for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i += 1)
    if (memcmp(block + 5, accepted[i].is, 4) == 0 && block[11] == 'N') return accepted[i].kind;
  return -1;
}

/** @param plain gets what was encrypted, when the MAC is right */
static bool open_block(const uint8_t *protection, const uint8_t *block, size_t end, uint8_t plain[PLAIN_BYTES]) {
  uint8_t key[PROTECTION_KEY_BYTES], mac[MAC_BYTES], expected[MAC_BYTES], chained[MAC_BYTES];
  uint8_t authenticated[CHARACTERS_MAX];
  mbedtls_aes_context aes;
  mbedtls_aes_init(&aes);
  bool is_right = take_hex(block + end, PLAIN_BYTES, plain) && take_hex(block + end + 2 * PLAIN_BYTES, MAC_BYTES, mac);
  memcpy(chained, mac, sizeof chained);
  is_right = is_right && derive(protection, DERIVE_ENCRYPTION, key) && mbedtls_aes_setkey_dec(&aes, key, 256) == 0 &&
    mbedtls_aes_crypt_cbc(&aes, MBEDTLS_AES_DECRYPT, PLAIN_BYTES, chained, plain, plain) == 0;
  memcpy(authenticated, block, end);
  memcpy(authenticated + end, plain, PLAIN_BYTES);
  is_right = is_right && derive(protection, DERIVE_AUTHENTICATION, key) && cmac(key, authenticated, end + PLAIN_BYTES, expected) &&
    mbedtls_ct_memcmp(expected, mac, sizeof mac) == 0;
  mbedtls_aes_free(&aes);
  mbedtls_platform_zeroize(key, sizeof key);
  mbedtls_platform_zeroize(authenticated, sizeof authenticated);
  return is_right;
}

board_opened board_secure_import_key_block(uint32_t protection, const uint8_t *block, size_t length, uint32_t *key) {
  *key = 0;
  const stored_key *under = key_table_find_use(protection, KEY_PROTECTION);
  if (under == NULL || under->length != PROTECTION_KEY_BYTES) return BOARD_MISUSED;
  const size_t end = header_end(block, length);
  if (end == 0 || kind_of(block) < 0) return BOARD_FORGED;
  uint8_t plain[PLAIN_BYTES];
  board_opened result = BOARD_FORGED;
  if (open_block(under->key, block, end, plain) && plain[0] == 1 && plain[1] == 0) { /* 256 bits */
    *key = key_table_keep((key_kind)kind_of(block), plain + 2, 32);
    result = *key == 0 ? BOARD_MISUSED : BOARD_OPENED;
  }
  mbedtls_platform_zeroize(plain, sizeof plain);
  return result;
}

bool board_secure_check_value(uint32_t key, uint8_t value[BOARD_CHECK_VALUE_BYTES]) {
  static const uint8_t zero[AES_BLOCK_BYTES];
  const stored_key *stored = key_table_find(key);
  uint8_t mac[MAC_BYTES];
  if (stored == NULL || stored->kind == KEY_PAIR || stored->kind == KEY_RSA || stored->length != 32 || !cmac(stored->key, zero, sizeof zero, mac)) return false;
  memcpy(value, mac, BOARD_CHECK_VALUE_BYTES);
  return true;
}
