#include "image.h"

#include <string.h>

#include "curves.h"
#include "mbedtls/sha256.h"

#define HEADER_VERSION 1
#define FLAG_DEVELOPMENT 1
#define RESERVED_OFFSET 128

#define SIGNATURES 3
#define SIGNATURES_WANTED 2
#define ENTRY_BYTES 80
#define KEY_ID_BYTES 8
#define ENTRY_SIGNATURE_OFFSET 16
#define ALGORITHM_P256_SHA256 1

static uint32_t unsigned32(const uint8_t *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static bool is_zero(const uint8_t *bytes, size_t length) {
  uint8_t any = 0;
  for (size_t at = 0; at < length; at += 1) any |= bytes[at];
  return any == 0;
}

refusal image_check_header(const boot_setting *setting, const uint8_t *header, uint8_t slot, image_facts *facts) {
  if (memcmp(header, "RDRF", 4) != 0) return REFUSAL_MALFORMED_HEADER;
  if (header[4] != HEADER_VERSION) return REFUSAL_UNKNOWN_HEADER_VERSION;
  if (header[6] > FLAG_DEVELOPMENT || header[7] >= BOOT_SLOTS || unsigned32(header + 64) != IMAGE_CHUNK_BYTES ||
      !is_zero(header + RESERVED_OFFSET, IMAGE_HEADER_BYTES - RESERVED_OFFSET))
    return REFUSAL_MALFORMED_HEADER;
  const uint32_t body_bytes = unsigned32(header + 28);
  if (body_bytes == 0 || body_bytes > setting->body_bytes_max || body_bytes > IMAGE_CHUNKS_MAX * IMAGE_CHUNK_BYTES)
    return REFUSAL_TOO_LONG;
  if (header[5] != setting->image_type) return REFUSAL_WRONG_IMAGE_TYPE;
  if (unsigned32(header + 8) != setting->model) return REFUSAL_WRONG_MODEL;
  if ((unsigned32(header + 12) & setting->hardware) == 0) return REFUSAL_WRONG_HARDWARE;
  /* One linked for the other slot would run there, too, for a while. */
  const uint32_t address = setting->address_of_flash + setting->slot_offset[slot] + IMAGE_MANIFEST_BYTES;
  if (header[7] != slot || unsigned32(header + 124) != address) return REFUSAL_WRONG_SLOT;
  if (unsigned32(header + 24) != setting->key_epoch) return REFUSAL_WRONG_KEY_EPOCH;
  if ((header[6] & FLAG_DEVELOPMENT) != 0 && !setting->takes_development_images) return REFUSAL_DEVELOPMENT_IMAGE;
  *facts = (image_facts){
      .version = unsigned32(header + 16),
      .security_version = unsigned32(header + 20),
      .body_bytes = body_bytes,
      .body_digest = header + 32,
      .table_digest = header + 68,
  };
  return REFUSAL_NONE;
}

/** @returns its number, or RELEASE_KEYS */
static unsigned key_of(const boot_setting *setting, const uint8_t key_id[KEY_ID_BYTES]) {
  unsigned found = RELEASE_KEYS;
  for (unsigned key = 0; key < RELEASE_KEYS; key += 1) {
    uint8_t digest[IMAGE_DIGEST_BYTES];
    if (mbedtls_sha256(setting->keys[key], RELEASE_KEY_BYTES, digest, 0) == 0 && memcmp(digest, key_id, KEY_ID_BYTES) == 0) found = key;
  }
  return found;
}

refusal image_check_signatures(const boot_setting *setting, const uint8_t *signed_header) {
  const uint8_t *const entries = signed_header + IMAGE_HEADER_BYTES;
  unsigned signers[SIGNATURES], count = 0, seen = 0;
  if (!is_zero(entries + SIGNATURES * ENTRY_BYTES, IMAGE_HEADER_BYTES - SIGNATURES * ENTRY_BYTES)) return REFUSAL_BAD_SIGNATURE;
  for (unsigned index = 0; index < SIGNATURES; index += 1) {
    const uint8_t *const entry = entries + index * ENTRY_BYTES;
    signers[index] = RELEASE_KEYS;
    if (is_zero(entry, ENTRY_BYTES)) continue;
    if (entry[KEY_ID_BYTES] != ALGORITHM_P256_SHA256 || !is_zero(entry + KEY_ID_BYTES + 1, ENTRY_SIGNATURE_OFFSET - KEY_ID_BYTES - 1))
      return REFUSAL_BAD_SIGNATURE;
    signers[index] = key_of(setting, entry);
    if (signers[index] >= RELEASE_KEYS) return REFUSAL_UNKNOWN_KEY;
    if ((seen & 1u << signers[index]) != 0) return REFUSAL_SAME_SIGNER_TWICE;
    seen |= 1u << signers[index];
    count += 1;
  }
  if (count < SIGNATURES_WANTED) return REFUSAL_TOO_FEW_SIGNATURES;
  uint8_t digest[IMAGE_DIGEST_BYTES];
  if (mbedtls_sha256(signed_header, IMAGE_HEADER_BYTES, digest, 0) != 0) return REFUSAL_BAD_SIGNATURE;
  volatile unsigned good = 0;
  for (unsigned index = 0; index < SIGNATURES; index += 1) {
    if (signers[index] >= RELEASE_KEYS) continue;
    if (!curves_verify(setting->keys[signers[index]], digest, entries + index * ENTRY_BYTES + ENTRY_SIGNATURE_OFFSET))
      return REFUSAL_BAD_SIGNATURE;
    good += 1;
  }
  return good == count ? REFUSAL_NONE : REFUSAL_BAD_SIGNATURE;
}

uint32_t image_chunks(const image_facts *facts) { return (facts->body_bytes + IMAGE_CHUNK_BYTES - 1) / IMAGE_CHUNK_BYTES; }

uint32_t image_chunk_bytes(const image_facts *facts, uint32_t index) {
  const uint32_t from = index * IMAGE_CHUNK_BYTES;
  return facts->body_bytes - from < IMAGE_CHUNK_BYTES ? facts->body_bytes - from : IMAGE_CHUNK_BYTES;
}

bool image_has_digest(const uint8_t *bytes, size_t length, const uint8_t digest[IMAGE_DIGEST_BYTES]) {
  uint8_t own[IMAGE_DIGEST_BYTES] = {0};
  if (mbedtls_sha256(bytes, length, own, 0) != 0) return false;
  volatile uint8_t differs = 0, again = 0;
  for (size_t at = 0; at < sizeof own; at += 1) differs |= own[at] ^ digest[at];
  if (differs != 0) return false;
  for (size_t at = sizeof own; at > 0; at -= 1) again |= own[at - 1] ^ digest[at - 1];
  return again == 0 && differs == 0;
}

uint32_t image_judge_slot(const boot_setting *setting, uint8_t slot, uint32_t least) {
  const uint32_t offset = setting->slot_offset[slot];
  const uint8_t *const manifest = setting->flash->at(offset);
  image_facts facts;
  volatile uint32_t verdict = 0;
  if (image_check_header(setting, manifest, slot, &facts) != REFUSAL_NONE || facts.security_version < least) return 0;
  /* Each step leaves its part of the verdict, and the last two are looked at twice. */
  verdict |= IMAGE_GOOD & 0x000000ffu;
  volatile refusal signatures = image_check_signatures(setting, manifest);
  if (signatures != REFUSAL_NONE) return 0;
  verdict |= IMAGE_GOOD & 0x0000ff00u;
  volatile bool has_body = image_has_digest(setting->flash->at(offset + IMAGE_MANIFEST_BYTES), facts.body_bytes, facts.body_digest);
  if (!has_body) return 0;
  verdict |= IMAGE_GOOD & 0x00ff0000u;
  if (signatures != REFUSAL_NONE || !has_body || image_check_header(setting, manifest, slot, &facts) != REFUSAL_NONE) return 0;
  verdict |= IMAGE_GOOD & 0xff000000u;
  return verdict;
}
