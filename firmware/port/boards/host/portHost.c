#include "portHost.h"

#include "board.h"
#include "flashHost.h"
#include "keyStore.h"
#include "secure.h"

#include <string.h>

#define TEXT_BYTES_MAX 64
#define ENTROPY_BYTES_MAX 4096
#define IDENTIFIERS_BYTES_MAX 1024
#define PUBLIC_KEY_BYTES 64

static char model[TEXT_BYTES_MAX] = "Comptoir host twin", serial[TEXT_BYTES_MAX] = "HOST";
static uint8_t entropy[ENTROPY_BYTES_MAX];
static uint8_t identifiers[IDENTIFIERS_BYTES_MAX]; /* of all keys, one after another */
static size_t entropy_length, identifiers_length;
static bool has_nfc, has_contact_line, has_firmware;
static uint8_t role_keys[BOARD_ROLES][PUBLIC_KEY_BYTES];
static size_t role_key_lengths[BOARD_ROLES];

static void set_identity(const frame *given) {
  const uint8_t *end = memchr(given->payload, 0, given->length);
  size_t model_length = end == NULL ? TEXT_BYTES_MAX : (size_t)(end - given->payload);
  size_t serial_length = given->length - model_length - 1;
  if (model_length >= TEXT_BYTES_MAX || serial_length >= TEXT_BYTES_MAX) board_fatal("the identity doesn't fit");
  memcpy(model, given->payload, model_length + 1);
  memcpy(serial, end + 1, serial_length);
  serial[serial_length] = 0;
}

static void provision(const frame *given) {
  const uint8_t *end = memchr(given->payload, 0, given->length);
  if (end == NULL || end + 1 >= given->payload + given->length) board_fatal("the key has no name");
  size_t identifier_length = end[1], before_key = (size_t)(end - given->payload) + 2 + identifier_length;
  if (before_key > given->length) board_fatal("the key has no bytes");
  if (identifier_length > sizeof identifiers - identifiers_length) board_fatal("the identifiers don't fit");
  uint8_t *identifier = identifiers + identifiers_length;
  memcpy(identifier, end + 2, identifier_length);
  identifiers_length += identifier_length;
  if (!secure_provision((const char *)given->payload, given->payload + before_key, given->length - before_key, identifier, identifier_length))
    board_fatal("the key doesn't fit");
}

static size_t keep(uint8_t *place, size_t room, const frame *given) {
  if (given->length > room) board_fatal("the setting up doesn't fit");
  memcpy(place, given->payload, given->length);
  return given->length;
}

static void keep_role_key(const frame *given) {
  const unsigned kind = given->payload[0];
  if (given->length != 1 + PUBLIC_KEY_BYTES || kind < 1 || kind > BOARD_ROLES) board_fatal("that is no role's key");
  memcpy(role_keys[kind - 1], given->payload + 1, PUBLIC_KEY_BYTES);
  role_key_lengths[kind - 1] = PUBLIC_KEY_BYTES;
}

static const key_store_setting key_setting = {.flash = &host_flash, .is_development = true};

void board_host_set_up(const frame *given) {
  switch (given->name) {
    case 'I': set_identity(given); return;
    case 'K': provision(given); return;
    case 'E':
      entropy_length = keep(entropy, sizeof entropy, given);
      if (!secure_start()) board_fatal("the self-test of the cryptography failed");
      key_store_open(&key_setting);
      return;
    case 'O': keep_role_key(given); return;
    case 'N': has_nfc = true; return;
    case 'C': has_contact_line = true; return;
    case 'X': has_firmware = true; return;
    default: board_fatal("the driver sent a frame without meaning");
  }
}

bool board_seed(uint8_t *bytes, size_t length) {
  if (length > entropy_length) return false;
  memcpy(bytes, entropy, length);
  entropy_length -= length;
  memmove(entropy, entropy + length, entropy_length);
  return true;
}

const char *board_identity_model(void) { return model; }
const char *board_identity_serial(void) { return serial; }
bool board_has_nfc(void) { return has_nfc; }
bool board_has_contact_line(void) { return has_contact_line; }
bool board_has_firmware(void) { return has_firmware; }
void board_start(void) {}
bool board_is_tampered(void) { return false; }
size_t board_role_key(uint32_t kind, const uint8_t **key) {
  if (kind < 1 || kind > BOARD_ROLES) return 0;
  *key = role_keys[kind - 1];
  return role_key_lengths[kind - 1];
}

bool board_nfc_write(const uint8_t *bytes, size_t length) { return frame_first_byte(frame_call('w', bytes, length)) != 0; }
size_t board_nfc_read(uint8_t bytes[BOARD_LINE_READ_BYTES_MAX]) {
  const frame *answer = frame_call('d', NULL, 0);
  return answer == NULL ? 0 : frame_copy(answer, bytes, BOARD_LINE_READ_BYTES_MAX);
}


size_t board_records_read(uint8_t name, const uint8_t **value) {
  const frame *answer = frame_call('g', &name, 1);
  if (answer == NULL) board_fatal("the driver gave no record");
  *value = answer->payload;
  return answer->length;
}
bool board_records_write(uint8_t name, const uint8_t *value, size_t length) {
  uint8_t payload[1 + BOARD_RECORD_BYTES_MAX] = {name};
  if (length > 0) memcpy(payload + 1, value, length);
  return frame_first_byte(frame_call('a', payload, length + 1)) != 0;
}


double board_clock_uptime_ms(void) {
  const frame *answer = frame_call('u', NULL, 0);
  double uptime = 0;
  for (size_t i = 0; answer != NULL && i < answer->length; i += 1) uptime = uptime * 256 + answer->payload[i];
  return uptime;
}
