/**
 * Cuts the power at every flash operation of updates, trials, confirmations and of the boot stage's own work, clean and torn, and
 * again at every operation of what comes after; then lets it end, and looks at what runs.
 *
 *   bootPowerCuts FOLDER CASES SEED STRIDE     prints what was done as JSON
 *
 * FOLDER has signed images A1 B1 A2 B2 A3 B3 A4 B4. With a STRIDE of n about one in n first cuts is made, and one in n second ones.
 *
 * Version 1 has security version 1, versions 2 and 3 have 2, and version 4 is newer than all with security version 1.
 * What ends it with 1: a start without a good slot, a byte that runs and wasn't signed, a version below one that was
 * confirmed, a fourth start of a trial, an update that doesn't come through when the power stays, a roll-back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chooseSlot.h"
#include "curves.h"
#include "firmwareStore.h"
#include "flashModel.h"
#include "releaseKeys.gen.h"

#define BODY_SECTORS 2
#define SLOT_SECTORS (1 + IMAGE_TABLE_SECTORS + BODY_SECTORS)
#define SECTOR(number) ((number) * FLASH_SECTOR_BYTES)
#define FLASH_BYTES SECTOR(15) /* the first and the last are neighbours that nobody may touch */
#define RECORD_SECTORS 2
#define NEIGHBOUR 0x5a
#define VERSIONS 4
#define CHUNKS_MAX (1 + BODY_SECTORS)
#define OTHER_RECORD 2 /* a name beside the slots', to fill the store */

typedef struct {
  uint8_t bytes[SLOT_SECTORS * FLASH_SECTOR_BYTES];
  size_t length;
} image;

/** What is known of the reader beside its flash. */
typedef struct {
  uint8_t slot;
  uint32_t version;
  uint32_t confirmed; /* version that was confirmed last */
  uint32_t trial_starts;
} reader;

typedef enum { CONFIRMED, NEVER_CONFIRMED, TWO_UPDATES, PLANS } plan;

static image images[BOOT_SLOTS][VERSIONS];
static reader now;
static firmware_store store;
static uint64_t seed;
static uint32_t stride;
static uint32_t cases, double_faults, cuts_at_start, refused_rollbacks, fallbacks, checks, checks_asked;
static bool is_starting;

static const boot_setting setting = {
    .flash = &flash_model,
    .slot_offset = {SECTOR(1), SECTOR(1 + SLOT_SECTORS)},
    .records_offset = SECTOR(1 + 2 * SLOT_SECTORS),
    .records_sectors = RECORD_SECTORS,
    .body_bytes_max = SECTOR(BODY_SECTORS),
    .address_of_flash = 0x10000000,
    .model = 1,
    .image_type = IMAGE_TYPE_READER,
    .hardware = 1,
    .takes_development_images = true,
    .key_epoch = RELEASE_KEY_EPOCH,
    .keys = release_keys,
};

_Noreturn static void fail(const char *what) {
  fprintf(stderr, "case %u, slot %u, version %u: %s\n", cases, now.slot, now.version, what);
  exit(1);
}

static uint32_t below(uint32_t limit) { return (uint32_t)(seeded_number(&seed) % limit); }

/** Operation and kind of a cut are one number. The next: each in turn, or one in `stride` at random. */
static uint32_t next_cut(uint32_t cut) { return cut + 1 + below(2 * stride - 1); }

/* Each signature is checked once; the same question has the same answer. */

bool __real_curves_verify(const uint8_t key[64], const uint8_t digest[32], const uint8_t signature[64]);

bool __wrap_curves_verify(const uint8_t key[64], const uint8_t digest[32], const uint8_t signature[64]) {
  static struct { uint8_t question[160]; bool answer; } known[64];
  static unsigned count;
  uint8_t question[160];
  memcpy(question, key, 64);
  memcpy(question + 64, digest, 32);
  memcpy(question + 96, signature, 64);
  checks_asked += 1;
  for (unsigned i = 0; i < count; i += 1)
    if (memcmp(known[i].question, question, sizeof question) == 0) return known[i].answer;
  checks += 1;
  const bool answer = __real_curves_verify(key, digest, signature);
#ifndef EVERY_SIGNATURE
  if (count < sizeof known / sizeof known[0]) {
    memcpy(known[count].question, question, sizeof question);
    known[count++].answer = answer;
  }
#endif
  return answer;
}

static bool is_in_slot(uint8_t slot, const image *wanted) {
  const uint8_t *flash = flash_model_bytes() + setting.slot_offset[slot];
  return memcmp(flash, wanted->bytes, IMAGE_SIGNED_HEADER_BYTES) == 0 &&
         memcmp(flash + IMAGE_MANIFEST_BYTES, wanted->bytes + IMAGE_MANIFEST_BYTES, wanted->length - IMAGE_MANIFEST_BYTES) == 0;
}

static bool is_on_trial(void) {
  uint8_t status[FIRMWARE_STATUS_BYTES];
  firmware_status(&store, status);
  return status[1] == 1;
}

static void check_neighbours(void) {
  const uint8_t *flash = flash_model_bytes();
  for (size_t i = 0; i < FLASH_SECTOR_BYTES; i += 1)
    if (flash[i] != NEIGHBOUR || flash[FLASH_BYTES - 1 - i] != NEIGHBOUR) fail("flash beside slots and records was changed");
}

/** The boot stage, then the firmware that it starts. */
static void start(void) {
  record_store records;
  is_starting = true;
  if (!record_store_open(&records, &flash_model, setting.records_offset, setting.records_sectors, SLOT_RECORD_NAMES)) fail("the records don't open");
  const boot_choice choice = choose_slot(&setting, &records);
  if (choice.verdict != IMAGE_GOOD) fail("no slot is good");
  now.slot = choice.slot;
  now.version = 0;
  for (uint32_t version = 1; version <= VERSIONS; version += 1)
    if (is_in_slot(choice.slot, &images[choice.slot][version - 1])) now.version = version;
  if (now.version == 0) fail("what runs wasn't signed");
  if (now.version < now.confirmed) fail("what runs is older than what was confirmed");
  if (!firmware_open(&store, &setting, choice.slot)) fail("the firmware reads neither its header nor records");
  if (is_on_trial()) now.trial_starts += 1;
  else now.confirmed = now.version;
  if (now.trial_starts > TRIAL_STARTS) fail("a trial has had more starts than it may");
  is_starting = false;
}

static void expect(refusal wanted, refusal got, const char *what) {
  if (got != wanted) {
    fprintf(stderr, "refusal %d: ", (int)got);
    fail(what);
  }
}

static void write_chunk(const image *next, uint32_t chunk, uint32_t chunks) {
  const uint8_t *bytes = next->bytes + IMAGE_TABLE_OFFSET;
  size_t length = chunks * IMAGE_DIGEST_BYTES;
  if (chunk > 0) {
    const size_t from = IMAGE_MANIFEST_BYTES + (chunk - 1) * IMAGE_CHUNK_BYTES;
    bytes = next->bytes + from;
    length = next->length - from < IMAGE_CHUNK_BYTES ? next->length - from : IMAGE_CHUNK_BYTES;
  }
  expect(REFUSAL_NONE, firmware_write(&store, chunk, bytes, length), "a chunk is refused");
}

/** What the host does: chunks that are there already are left out, the others come forwards or backwards. */
static void update(uint32_t version, bool is_backwards) {
  const image *next = &images[boot_other_slot(now.slot)][version - 1];
  const uint32_t chunks = (uint32_t)((next->length - IMAGE_MANIFEST_BYTES + IMAGE_CHUNK_BYTES - 1) / IMAGE_CHUNK_BYTES);
  expect(REFUSAL_NONE, firmware_begin(&store, next->bytes, IMAGE_SIGNED_HEADER_BYTES), "the update is refused");
  uint8_t written[FIRMWARE_WRITTEN_BYTES_MAX];
  if (firmware_written(&store, written) == 0) fail("nothing was begun");
  if ((written[0] & 1) == 0) write_chunk(next, 0, chunks);
  for (uint32_t i = 1; i <= chunks; i += 1) {
    const uint32_t chunk = is_backwards ? chunks + 1 - i : i;
    if ((written[chunk / 8] >> chunk % 8 & 1) == 0) write_chunk(next, chunk, chunks);
  }
  expect(REFUSAL_NONE, firmware_finish(&store), "the update doesn't finish");
  now.trial_starts = 0;
}

/** From a start to the plan's end. Power may be lost anywhere in it, and then all of it is done again. */
static void carry_out(plan plan, bool is_backwards) {
  const uint32_t goal = plan == TWO_UPDATES ? 3 : 2;
  start();
  for (;;) {
    if (is_on_trial()) {
      if (plan == NEVER_CONFIRMED) start();
      else {
        expect(REFUSAL_NOT_NOW, firmware_begin(&store, images[boot_other_slot(now.slot)][2].bytes, IMAGE_SIGNED_HEADER_BYTES), "a trial takes updates");
        expect(REFUSAL_NONE, firmware_confirm(&store), "the trial isn't confirmed");
        now.confirmed = now.version;
      }
    } else if (now.version >= goal || (plan == NEVER_CONFIRMED && now.trial_starts > 0)) {
      return;
    } else {
      update(now.version + 1, is_backwards);
      start();
    }
  }
}

/** False: it ended before the cut. */
static bool carry_out_cut(plan plan, bool is_backwards, uint32_t operation, bool is_torn) {
  flash_model_cut(operation, is_torn);
  if (setjmp(flash_model_power_lost) != 0) {
    if (is_starting) cuts_at_start += 1;
    return true;
  }
  carry_out(plan, is_backwards);
  flash_model_cut(0, false);
  return false;
}

static void refuse(const image *offered) {
  const uint32_t operations = flash_model_operations();
  if (firmware_begin(&store, offered->bytes, IMAGE_SIGNED_HEADER_BYTES) != REFUSAL_SECURITY_VERSION_TOO_OLD) fail("a roll-back isn't refused");
  if (flash_model_operations() != operations) fail("a refused image has changed the flash");
  refused_rollbacks += 1;
}

static void put(uint8_t slot, const image *wanted) {
  memcpy(flash_model_bytes() + setting.slot_offset[slot], wanted->bytes, wanted->length);
}

static uint32_t verdict_of_start(uint8_t *slot) {
  record_store records;
  record_store_open(&records, &flash_model, setting.records_offset, setting.records_sectors, SLOT_RECORD_NAMES);
  const boot_choice choice = choose_slot(&setting, &records);
  *slot = choice.slot;
  return choice.verdict;
}

/** Neither an old image nor a new one with an old security version comes in, by the update or by another way. */
static void check_rollback(plan plan) {
  const uint8_t other = boot_other_slot(now.slot);
  refuse(&images[other][0]);
  refuse(&images[other][3]);
  const uint8_t running = now.slot;
  uint8_t slot;
  flash_model_bytes()[setting.slot_offset[running] + IMAGE_MANIFEST_BYTES + below(300)] ^= (uint8_t)(1u << below(8));
  const bool may_fall_back = plan == TWO_UPDATES; /* version 2 is in the other slot, and as safe as 3 */
  const uint32_t verdict = verdict_of_start(&slot);
  if (verdict == IMAGE_GOOD && slot == running) fail("a body with a turned bit runs");
  if ((verdict == IMAGE_GOOD) != may_fall_back) fail("not the fall-back that it should be");
  if (may_fall_back) fallbacks += 1;
  for (unsigned old = 0; old < VERSIONS; old += VERSIONS - 1) {
    put(other, &images[other][old]);
    if (verdict_of_start(&slot) == IMAGE_GOOD) fail("an old image runs");
  }
}

/** The plan has come to its end, and the power was never in doubt since. */
static void check_end(plan plan, uint8_t first) {
  const uint32_t wanted = plan == TWO_UPDATES ? 3 : plan == CONFIRMED ? 2 : 1;
  start();
  check_neighbours();
  if (now.version != wanted || is_on_trial()) fail("the plan has another end");
  if (plan == NEVER_CONFIRMED) {
    if (now.slot != first) fail("not the slot that it was");
    return;
  }
  if (below(4) == 0) check_rollback(plan);
}

/** A reader as it left the factory, or with so many records behind it that the store is about to turn over. */
static void set_up(uint8_t slot) {
  static record_store records;
  flash_model_start(FLASH_BYTES, seeded_number(&seed));
  memset(flash_model_bytes(), NEIGHBOUR, FLASH_SECTOR_BYTES);
  memset(flash_model_bytes() + FLASH_BYTES - FLASH_SECTOR_BYTES, NEIGHBOUR, FLASH_SECTOR_BYTES);
  put(slot, &images[slot][0]);
  now = (reader){0};
  record_store_open(&records, &flash_model, setting.records_offset, setting.records_sectors, SLOT_RECORD_NAMES);
  for (uint32_t i = below(4) == 0 ? 0 : 115 + below(12); i > 0; i -= 1) {
    const uint8_t value = (uint8_t)i;
    record_store_write(&records, OTHER_RECORD, &value, 1);
  }
}

/** One plan on one reader, with every first cut and every second one. */
static void run_plan(plan plan, uint8_t slot, uint32_t cases_wanted) {
  static uint8_t at_first[FLASH_BYTES], at_second[FLASH_BYTES];
  const bool is_backwards = below(2) == 1;
  set_up(slot);
  memcpy(at_first, flash_model_bytes(), FLASH_BYTES);
  const reader first = now;
  bool has_first = true;
  for (uint32_t i = next_cut(1); has_first && cases < cases_wanted; i = next_cut(i)) {
    memcpy(flash_model_bytes(), at_first, FLASH_BYTES);
    now = first;
    has_first = carry_out_cut(plan, is_backwards, i / 2, i % 2 == 1);
    memcpy(at_second, flash_model_bytes(), FLASH_BYTES);
    const reader second = now;
    bool has_second = has_first;
    for (uint32_t j = next_cut(1); has_second; j = next_cut(j)) {
      memcpy(flash_model_bytes(), at_second, FLASH_BYTES);
      now = second;
      has_second = carry_out_cut(plan, is_backwards, j / 2, j % 2 == 1);
      if (has_second) {
        double_faults += 1;
        carry_out(plan, is_backwards);
      }
      check_end(plan, slot);
      cases += 1;
    }
    if (!has_first) check_end(plan, slot);
  }
}

static void load(const char *folder) {
  for (uint8_t slot = 0; slot < BOOT_SLOTS; slot += 1) {
    for (unsigned version = 1; version <= VERSIONS; version += 1) {
      char path[4096];
      image *to = &images[slot][version - 1];
      snprintf(path, sizeof path, "%s/%c%u", folder, 'A' + slot, version);
      FILE *file = fopen(path, "rb");
      if (file == NULL) fail(path);
      to->length = fread(to->bytes, 1, sizeof to->bytes, file);
      fclose(file);
      if (to->length <= IMAGE_MANIFEST_BYTES) fail("an image is too short");
    }
  }
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  load(arguments[1]);
  const uint32_t wanted = (uint32_t)strtoul(arguments[2], NULL, 10);
  seed = strtoull(arguments[3], NULL, 10);
  stride = (uint32_t)strtoul(arguments[4], NULL, 10);
  while (cases < wanted)
    for (unsigned run = 0; run < 2 * PLANS && cases < wanted; run += 1) run_plan((plan)(run / 2), run % 2, wanted);
  printf("{\"cases\":%u,\"doubleFaults\":%u,\"cutsAtStart\":%u,\"rollBacks\":%u,\"fallBacks\":%u,\"checks\":%u,\"checksAsked\":%u}\n",
         cases, double_faults, cuts_at_start, refused_rollbacks, fallbacks, checks, checks_asked);
  return 0;
}
