/**
 * Cuts the power at every flash operation of loading one configuration after another, clean and torn, and again while it is loaded anew;
 * lets words of the flash be stuck; and looks after each at what is in force.
 *
 *   configurationPowerCuts CASES SEED     prints what was done as JSON; the first that isn't as it must be ends it with 1
 *
 * Geometries: flash whose unit of programming, and of a cut, is 256, 128 and 64 bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "configurationStore.h"
#include "flashModel.h"

#define STORE_OFFSET (2 * FLASH_SECTOR_BYTES)
#define STORE_BYTES (CONFIGURATION_PLACES * CONFIGURATION_PLACE_BYTES)
#define FLASH_BYTES (STORE_OFFSET + STORE_BYTES + 2 * FLASH_SECTOR_BYTES)
#define LOADS_A_ROW 12
#define HEAD_BYTES 20
#define NEIGHBOUR 0x5a

typedef struct {
  size_t length;
  uint8_t bytes[CONFIGURATION_BYTES_MAX];
} configuration;

static configuration in_force, coming;
static configuration_store store;
static uint64_t seed, row;
static const uint32_t pages[] = {256, 128, 64};
#define GEOMETRIES 3
static uint32_t cases, double_faults, torn_heads, old_stayed, new_came, refused, ignored;

_Noreturn static void fail(const char *what) {
  fprintf(stderr, "row %llu, case %u: %s\n", (unsigned long long)row, cases, what);
  exit(1);
}

static uint32_t below(uint32_t limit) { return (uint32_t)(seeded_number(&seed) % limit); }

static void open_store(void) { store = (configuration_store){.flash = &flash_model, .offset = STORE_OFFSET}; }

static void make_coming(void) {
  coming.length = 1 + (below(4) == 0 ? below(CONFIGURATION_BYTES_MAX) : below(6000));
  for (size_t i = 0; i < coming.length; i += 1) coming.bytes[i] = (uint8_t)seeded_number(&seed);
}

static size_t piece_of(size_t at) { return coming.length - at < 1024 ? coming.length - at : 1024; }

/** As the script loads one: head first, then pieces, one of them twice. */
static bool load(void) {
  const uint8_t *there;
  if (!configuration_store_begin(&store, coming.length)) return false;
  for (size_t at = 0; at < coming.length; at += piece_of(at))
    if (!configuration_store_write(&store, at, coming.bytes + at, piece_of(at))) return false;
  if (!configuration_store_write(&store, 0, coming.bytes, piece_of(0))) return false;
  if (configuration_store_coming(&store, &there) != coming.length) fail("another length is coming");
  return configuration_store_finish(&store);
}

static bool is_in_force(const configuration *wanted) {
  const uint8_t *bytes = NULL;
  const size_t length = configuration_store_in_force(&store, &bytes);
  return length == wanted->length && (length == 0 || memcmp(bytes, wanted->bytes, length) == 0);
}

static bool is_neighbour(size_t start, size_t end) {
  const uint8_t *bytes = flash_model_bytes();
  return bytes[start] == NEIGHBOUR && memcmp(bytes + start, bytes + start + 1, end - start - 1) == 0;
}

/** The old one, or, when `may_be_new`, the one that came. What it is then, is what's expected from now on. */
static void check(bool may_be_new) {
  if (!is_in_force(&in_force)) {
    if (!may_be_new || !is_in_force(&coming)) fail("neither the old one is in force nor the new one");
    in_force = coming;
    new_came += 1;
  } else {
    old_stayed += 1;
  }
  if (!is_neighbour(0, STORE_OFFSET) || !is_neighbour(STORE_OFFSET + STORE_BYTES, FLASH_BYTES)) fail("flash beside the store was changed");
}

static void load_whole(void) {
  open_store();
  if (!load()) fail("refused, and the flash is good");
  in_force = coming;
  check(false);
  if (configuration_store_write(&store, 0, coming.bytes, 1) || configuration_store_finish(&store)) fail("nothing was begun");
}

/** @param is_last 1: it's the last operation, 0: it isn't, -1: it may be @returns false when it ended before the cut */
static bool load_cut(uint32_t at, bool is_torn, int is_last) {
  open_store();
  flash_model_cut(at, is_torn);
  if (setjmp(flash_model_power_lost) == 0) {
    const bool is_done = load();
    flash_model_cut(0, false);
    if (is_done) in_force = coming;
    return false;
  }
  cases += 1;
  open_store();
  check(is_last != 0);
  if (is_last == 1 && !is_torn && !is_in_force(&coming)) fail("the last operation was done, and the new one isn't in force");
  return true;
}

static void cut_everywhere(uint32_t operations) {
  static uint8_t flash_before[FLASH_BYTES];
  static configuration before, wanted;
  memcpy(flash_before, flash_model_bytes(), FLASH_BYTES);
  before = in_force;
  wanted = coming;
  for (uint32_t at = 1; at <= operations; at += 1) {
    for (uint32_t kind = 0; kind < 2; kind += 1) {
      coming = wanted;
      if (!load_cut(at, kind > 0, at == operations)) fail("another number of operations than before");
      if (below(2) == 0) {
        make_coming();
        if (load_cut(1 + below(40), below(2) == 0, -1)) double_faults += 1;
      }
      if (below(4) == 0) load_whole();
      memcpy(flash_model_bytes(), flash_before, FLASH_BYTES);
      in_force = before;
    }
  }
  coming = wanted;
}

/** Torn byte by byte, as the model doesn't: some bytes of the head are programmed, of others some bits. */
static void tear_heads(void) {
  static uint8_t flash_before[FLASH_BYTES];
  static configuration before;
  memcpy(flash_before, flash_model_bytes(), FLASH_BYTES);
  before = in_force;
  make_coming();
  open_store();
  if (!load()) fail("refused, and the flash is good");
  uint8_t *bytes = flash_model_bytes();
  const uint32_t place = memcmp(bytes + STORE_OFFSET, flash_before + STORE_OFFSET, HEAD_BYTES) == 0 ? 1 : 0;
  uint8_t *head = bytes + STORE_OFFSET + place * CONFIGURATION_PLACE_BYTES, whole[HEAD_BYTES];
  memcpy(whole, head, HEAD_BYTES);
  for (int i = 0; i < 200; i += 1) {
    for (size_t at = 0; at < HEAD_BYTES; at += 1) head[at] = (uint8_t)(whole[at] | (below(4) == 0 && at >= 8 ? seeded_number(&seed) : 0));
    if (memcmp(head, whole, HEAD_BYTES) == 0) continue;
    torn_heads += 1;
    check(false);
  }
  memcpy(bytes, flash_before, FLASH_BYTES);
  in_force = before;
}

static uint32_t operations_of_load(void) {
  static uint8_t flash_before[FLASH_BYTES];
  memcpy(flash_before, flash_model_bytes(), FLASH_BYTES);
  const uint32_t before = flash_model_operations();
  open_store();
  if (!load()) fail("refused, and the flash is good");
  const uint32_t used = flash_model_operations() - before;
  memcpy(flash_model_bytes(), flash_before, FLASH_BYTES);
  return used;
}

/** New, or with garbage in it. */
static void start_flash(void) {
  flash_model_start(FLASH_BYTES, seeded_number(&seed));
  flash_model_page(pages[row % GEOMETRIES]);
  uint8_t *bytes = flash_model_bytes();
  memset(bytes, NEIGHBOUR, FLASH_BYTES);
  memset(bytes + STORE_OFFSET, 0xff, STORE_BYTES);
  if (row % 2 == 1)
    for (uint32_t i = 0; i < STORE_BYTES; i += 1) bytes[STORE_OFFSET + i] = (uint8_t)seeded_number(&seed);
  in_force.length = 0;
}

static void run_row(void) {
  start_flash();
  for (uint32_t i = 0; i < LOADS_A_ROW; i += 1) {
    make_coming();
    cut_everywhere(operations_of_load());
    load_whole();
    tear_heads();
  }
}

/** A flash that fails: a load may be refused, but what was taken is there, and what was there stays. */
static void run_failing_row(void) {
  start_flash();
  for (uint32_t i = 0; i < 4 * LOADS_A_ROW; i += 1) {
    make_coming();
    if (i == 3 * LOADS_A_ROW) flash_model_stick(STORE_OFFSET + below(STORE_BYTES / 4) * 4);
    else if (below(2) == 0) {
      flash_model_ignore(1 + below(30));
      ignored += 1;
    }
    open_store();
    if (load()) in_force = coming;
    else refused += 1;
    open_store();
    check(false);
  }
}

static void refuse_what_does_not_fit(void) {
  open_store();
  if (configuration_store_begin(&store, 0) || configuration_store_begin(&store, CONFIGURATION_BYTES_MAX + 1)) fail("that doesn't fit");
  if (!configuration_store_begin(&store, 100)) fail("that fits");
  if (configuration_store_write(&store, 90, coming.bytes, 11) || configuration_store_write(&store, 101, coming.bytes, 0)) fail("that goes beyond");
  const uint8_t one = 1, two = 2;
  if (!configuration_store_write(&store, 0, &one, 1) || configuration_store_write(&store, 0, &two, 1)) fail("other bytes are there");
  check(false);
}

int main(int count, char **values) {
  if (count != 3) return 2;
  const uint32_t wanted = (uint32_t)strtoul(values[1], NULL, 10);
  const uint64_t first = strtoull(values[2], NULL, 10);
  for (row = first; cases < wanted || row < first + 2 * GEOMETRIES; row += 1) {
    seed = row;
    run_row();
    refuse_what_does_not_fit();
    run_failing_row();
  }
  printf("{\"cases\":%u,\"doubleFaults\":%u,\"tornHeads\":%u,\"oldStayed\":%u,\"newCame\":%u,\"refused\":%u,\"ignored\":%u,\"geometries\":%u}\n", cases, double_faults,
         torn_heads, old_stayed, new_came, refused, ignored, GEOMETRIES);
  return 0;
}
