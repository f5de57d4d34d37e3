#include "firmwareStore.h"

#include <string.h>

bool firmware_open(firmware_store *store, const boot_setting *setting, uint8_t running) {
  *store = (firmware_store){.setting = setting, .running = running};
  return image_check_header(setting, firmware_running(store), running, &store->facts) == REFUSAL_NONE &&
    record_store_open(&store->records, setting->flash, setting->records_offset, setting->records_sectors, SLOT_RECORD_NAMES);
}

static const uint8_t *flash_at(const firmware_store *store, uint32_t offset) { return store->setting->flash->at(offset); }
static uint32_t target_slot(const firmware_store *store) { return boot_other_slot(store->running); }
static uint32_t target_offset(const firmware_store *store) { return store->setting->slot_offset[target_slot(store)]; }
static uint32_t chunk_offset(const firmware_store *store, uint32_t index) {
  return target_offset(store) + IMAGE_MANIFEST_BYTES + index * IMAGE_CHUNK_BYTES;
}

const uint8_t *firmware_running(const firmware_store *store) { return flash_at(store, store->setting->slot_offset[store->running]); }

/** The record in force. Without one the image that runs is confirmed, and what it says of security holds. */
static slot_record record_of(const firmware_store *store) {
  slot_record record;
  if (!slot_record_read(&store->records, &record))
    record = (slot_record){.confirmed = store->running, .least_security_version = store->facts.security_version};
  return record;
}

static bool is_on_trial(const firmware_store *store, const slot_record *record) {
  return record->other == OTHER_ON_TRIAL && record->confirmed != store->running;
}

void firmware_status(const firmware_store *store, uint8_t status[FIRMWARE_STATUS_BYTES]) {
  const slot_record record = record_of(store);
  const bool on_trial = is_on_trial(store, &record);
  const uint32_t least = record.least_security_version;
  status[0] = store->running;
  status[1] = on_trial ? 1 : 0;
  status[2] = on_trial ? record.starts_left : 0;
  status[3] = 0;
  for (unsigned byte = 0; byte < 4; byte += 1) status[4 + byte] = (uint8_t)(least >> (8 * byte));
}

static refusal program(const firmware_store *store, uint32_t offset, const uint8_t *bytes, size_t length) {
  store->setting->flash->program(offset, bytes, length);
  return memcmp(flash_at(store, offset), bytes, length) == 0 ? REFUSAL_NONE : REFUSAL_FLASH_FAILED;
}

/** Every rule for an image that is to come, in the other slot. */
static refusal check_next(const firmware_store *store, const uint8_t *signed_header, image_facts *facts) {
  const slot_record record = record_of(store);
  if (is_on_trial(store, &record)) return REFUSAL_NOT_NOW;
  const refusal refused = image_check_header(store->setting, signed_header, target_slot(store), facts);
  if (refused != REFUSAL_NONE) return refused;
  if (facts->security_version < record.least_security_version) return REFUSAL_SECURITY_VERSION_TOO_OLD;
  if (facts->version < store->facts.version) return REFUSAL_OLDER_VERSION;
  if (facts->version == store->facts.version) return REFUSAL_SAME_VERSION;
  return image_check_signatures(store->setting, signed_header);
}

refusal firmware_begin(firmware_store *store, const uint8_t *signed_header, size_t length) {
  image_facts facts;
  if (length != IMAGE_SIGNED_HEADER_BYTES) return REFUSAL_MALFORMED_HEADER;
  refusal refused = check_next(store, signed_header, &facts);
  if (refused != REFUSAL_NONE) return refused;

  const uint32_t offset = target_offset(store);
  const bool is_same = memcmp(flash_at(store, offset), signed_header, IMAGE_SIGNED_HEADER_BYTES) == 0;
  /* From here on the boot stage must not take the other slot for good, however complete it gets. */
  slot_record record = record_of(store);
  if (!is_same || record.confirmed != store->running) {
    record.other = OTHER_IDLE;
    record.starts_left = 0;
  }
  record.confirmed = store->running;
  if (!slot_record_write(&store->records, &record)) return REFUSAL_FLASH_FAILED;
  if (!is_same) {
    store->has_begun = false;
    store->setting->flash->erase(offset);
    refused = program(store, offset, signed_header, IMAGE_SIGNED_HEADER_BYTES);
  }
  store->has_begun = refused == REFUSAL_NONE;
  return refused;
}

/** What was begun. Its header passed when it came, and is asked again: all bounds hang on it. @returns its table, in flash; NULL for nothing */
static const uint8_t *begun(const firmware_store *store, image_facts *facts) {
  const uint8_t *const manifest = flash_at(store, target_offset(store));
  const bool is_begun = store->has_begun && image_check_header(store->setting, manifest, target_slot(store), facts) == REFUSAL_NONE;
  return is_begun ? manifest + IMAGE_TABLE_OFFSET : NULL;
}

static bool has_table(const image_facts *facts, const uint8_t *table) {
  return image_has_digest(table, image_chunks(facts) * IMAGE_DIGEST_BYTES, facts->table_digest);
}

static refusal write_table(firmware_store *store, const image_facts *facts, const uint8_t *bytes, size_t length) {
  if (length != image_chunks(facts) * IMAGE_DIGEST_BYTES) return REFUSAL_CHUNK_OUT_OF_RANGE;
  if (!image_has_digest(bytes, length, facts->table_digest)) return REFUSAL_CHUNK_TABLE_WRONG;
  const uint32_t offset = target_offset(store) + IMAGE_TABLE_OFFSET;
  if (memcmp(flash_at(store, offset), bytes, length) == 0) return REFUSAL_NONE;
  for (uint32_t sector = 0; sector < IMAGE_TABLE_SECTORS; sector += 1)
    store->setting->flash->erase(offset + sector * FLASH_SECTOR_BYTES);
  return program(store, offset, bytes, length);
}

refusal firmware_write(firmware_store *store, uint32_t chunk, const uint8_t *bytes, size_t length) {
  image_facts facts;
  const uint8_t *const table = begun(store, &facts);
  if (table == NULL) return REFUSAL_NOTHING_BEGUN;
  if (chunk > image_chunks(&facts)) return REFUSAL_CHUNK_OUT_OF_RANGE;
  if (chunk == 0) return write_table(store, &facts, bytes, length);
  const uint32_t index = chunk - 1;
  if (length != image_chunk_bytes(&facts, index)) return REFUSAL_CHUNK_OUT_OF_RANGE;
  if (!has_table(&facts, table)) return REFUSAL_CHUNK_TABLE_WRONG;
  if (!image_has_digest(bytes, length, table + index * IMAGE_DIGEST_BYTES)) return REFUSAL_CHUNK_HASH_WRONG;
  const uint32_t offset = chunk_offset(store, index);
  if (memcmp(flash_at(store, offset), bytes, length) == 0) return REFUSAL_NONE;
  store->setting->flash->erase(offset);
  return program(store, offset, bytes, length);
}

/** Of the body, from 0. */
static bool has_chunk(const firmware_store *store, const image_facts *facts, const uint8_t *table, uint32_t index) {
  return image_has_digest(flash_at(store, chunk_offset(store, index)), image_chunk_bytes(facts, index), table + index * IMAGE_DIGEST_BYTES);
}

size_t firmware_written(const firmware_store *store, uint8_t bits[FIRMWARE_WRITTEN_BYTES_MAX]) {
  image_facts facts;
  const uint8_t *const table = begun(store, &facts);
  if (table == NULL) return 0;
  const uint32_t chunks = image_chunks(&facts);
  memset(bits, 0, FIRMWARE_WRITTEN_BYTES_MAX);
  if (has_table(&facts, table)) {
    bits[0] = 1;
    for (uint32_t index = 0; index < chunks; index += 1)
      if (has_chunk(store, &facts, table, index)) bits[(index + 1) / 8] |= (uint8_t)(1u << (index + 1) % 8);
  }
  return (1 + chunks + 7) / 8;
}

/** Why a slot whose body hasn't its hash hasn't. */
static refusal why_body_wrong(const firmware_store *store, const image_facts *facts, const uint8_t *table) {
  for (uint32_t index = 0; index < image_chunks(facts); index += 1)
    if (!has_chunk(store, facts, table, index)) return REFUSAL_INCOMPLETE;
  return REFUSAL_BODY_HASH_WRONG;
}

refusal firmware_finish(firmware_store *store) {
  image_facts facts;
  if (!store->has_begun) return REFUSAL_NOTHING_BEGUN;
  const uint8_t *const manifest = flash_at(store, target_offset(store));
  const refusal refused = check_next(store, manifest, &facts);
  if (refused != REFUSAL_NONE) return refused;
  const uint8_t *const table = manifest + IMAGE_TABLE_OFFSET;
  if (!has_table(&facts, table)) return REFUSAL_INCOMPLETE;
  if (!image_has_digest(flash_at(store, chunk_offset(store, 0)), facts.body_bytes, facts.body_digest))
    return why_body_wrong(store, &facts, table);
  slot_record record = record_of(store);
  record.confirmed = store->running;
  record.other = OTHER_PENDING;
  record.starts_left = TRIAL_STARTS;
  return slot_record_write(&store->records, &record) ? REFUSAL_NONE : REFUSAL_FLASH_FAILED;
}

refusal firmware_confirm(firmware_store *store) {
  const slot_record record = record_of(store);
  if (!is_on_trial(store, &record)) return REFUSAL_NONE; /* it is confirmed */
  const uint32_t least = record.least_security_version;
  const slot_record confirmed = {
      .confirmed = store->running,
      .least_security_version = store->facts.security_version > least ? store->facts.security_version : least,
  };
  return slot_record_write(&store->records, &confirmed) ? REFUSAL_NONE : REFUSAL_FLASH_FAILED;
}
