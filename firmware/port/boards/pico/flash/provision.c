#include "provision.h"

#include <string.h>

#include "cardBoard.h"
#include "flashLayout.h"
#include "hardware/regs/addressmap.h"
#include "secure.h"

#define HEAD_BYTES 44
#define ENTRY_HEAD_BYTES 3
#define FORMAT 1
#define NAME_BYTES_MAX 31
#define PUBLIC_KEY_BYTES 64

enum { ENTRY_SERIAL = 1, ENTRY_CONFIGURATION = 2, ENTRY_KEY = 3, ENTRY_CARD = 4, ENTRY_ISSUERS = 5, ENTRY_ROLE_KEY = 6 };

#include "developmentProvision.gen.h"

typedef struct {
  const uint8_t *bytes;
  size_t length;
} entry;

static entry serial, configuration, card, issuers;
static const uint8_t *role_keys[BOARD_ROLES]; /* NULL: none */

static size_t unsigned16(const uint8_t *bytes) { return (size_t)bytes[0] << 8 | bytes[1]; }

/** @returns the length of the entries, or 0 when this is no whole record */
static size_t check(const uint8_t *record, size_t bytes_max) {
  static const uint8_t start[10] = {'C', 'O', 'M', 'P', 'T', 'O', 'I', 'R', FORMAT, 0};
  uint8_t digest[32];
  if (memcmp(record, start, sizeof start) != 0) return 0;
  const size_t length = unsigned16(record + 10);
  if (length > bytes_max - HEAD_BYTES) return 0;
  if (!board_secure_sha256(record + HEAD_BYTES, length, digest)) return 0;
  return memcmp(record + 12, digest, sizeof digest) == 0 ? length : 0;
}

/** Name and identifier with a byte of length each, then the key. */
static bool take_key(entry key) {
  if (key.length < 1) return false;
  const size_t name_length = key.bytes[0];
  if (name_length > NAME_BYTES_MAX || key.length < name_length + 2) return false;
  const uint8_t *identifier = key.bytes + name_length + 2;
  const size_t identifier_length = identifier[-1];
  if (key.length < name_length + 2 + identifier_length) return false;
  char name[NAME_BYTES_MAX + 1] = {0};
  memcpy(name, key.bytes + 1, name_length);
  const uint8_t *secret = identifier + identifier_length;
  return secure_provision(name, secret, (size_t)(key.bytes + key.length - secret), identifier, identifier_length);
}

/** Kind of object, then X and Y. A reader that isn't for development has none of those keys that anyone can make. */
static bool take_role_key(entry found) {
  if (found.length != 1 + PUBLIC_KEY_BYTES || found.bytes[0] < 1 || found.bytes[0] > BOARD_ROLES) return false;
  const uint8_t *key = found.bytes + 1;
  for (size_t i = 0; i < BOARD_ROLES; i += 1)
    if (!COMPTOIR_DEVELOPMENT && memcmp(key, development_role_keys[i], PUBLIC_KEY_BYTES) == 0) return false;
  role_keys[found.bytes[0] - 1] = key;
  return true;
}

static bool take(const uint8_t *at, size_t length) {
  const uint8_t *end = at + length;
  while (end - at >= ENTRY_HEAD_BYTES) {
    const entry found = {.bytes = at + ENTRY_HEAD_BYTES, .length = unsigned16(at + 1)};
    if (found.length > (size_t)(end - found.bytes)) return false;
    switch (at[0]) {
      case ENTRY_SERIAL: serial = found; break;
      case ENTRY_CONFIGURATION: configuration = found; break;
      case ENTRY_CARD: card = found; break;
      case ENTRY_ISSUERS: issuers = found; break;
      case ENTRY_KEY:
        if (!take_key(found)) return false;
        break;
      case ENTRY_ROLE_KEY:
        if (!take_role_key(found)) return false;
        break;
      default: break; /* of a later format; this image does without */
    }
    at = found.bytes + found.length;
  }
  return at == end;
}

bool provision_load(void) {
  const uint8_t *record = (const uint8_t *)XIP_BASE + FLASH_PROVISION_OFFSET;
  size_t length = check(record, FLASH_PROVISION_BYTES);
#if COMPTOIR_DEVELOPMENT
  if (length == 0) {
    record = development_provision;
    length = check(record, sizeof development_provision);
  }
#endif
  return length > 0 && take(record + HEAD_BYTES, length);
}

const char *provision_serial(size_t *length) {
  *length = serial.length;
  return (const char *)serial.bytes;
}

size_t provision_configuration(const uint8_t **bytes) {
  *bytes = configuration.bytes;
  return configuration.length;
}

size_t provision_role_key(uint32_t kind, const uint8_t **key) {
  const bool is_there = kind >= 1 && kind <= BOARD_ROLES && role_keys[kind - 1] != NULL;
  *key = is_there ? role_keys[kind - 1] : NULL;
  return is_there ? PUBLIC_KEY_BYTES : 0;
}

bool provision_is_card(void) {
  return card.length == BOARD_CARD_IDENTIFIER_BYTES && issuers.length > 0 && issuers.length % PUBLIC_KEY_BYTES == 0 &&
    issuers.length <= BOARD_CARD_ISSUERS_MAX * PUBLIC_KEY_BYTES;
}

const uint8_t *provision_identifier(void) { return card.bytes; }

size_t provision_issuers(const uint8_t **keys) {
  *keys = issuers.bytes;
  return issuers.length;
}
