/**
 * Cuts the power at every flash operation of long rows of writes to the record store, clean and torn, and again while it
 * recovers; lets words of the flash be stuck; and looks after each at every name.
 *
 *   storePowerCuts CASES SEED     prints what was done as JSON; the first that isn't as it must be ends it with 1
 *
 * Besides, the limit of index tokens as firmware/src/token/tokenLimiter.ts keeps it: no cut brings a token back.
 * Geometries: flash whose unit of programming, and of a cut, is 256, 64 and 16 bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crc32.h"
#include "flashModel.h"
#include "recordStore.h"

#define FLASH_BYTES (8 * FLASH_SECTOR_BYTES)
#define STORE_OFFSET (2 * FLASH_SECTOR_BYTES)
#define SECTORS_MAX 4
#define NAMES 8
#define LARGE_SECTORS 44 /* the dynamic card's store: three a sector but the spare, less one, are its 128 names */
#define LARGE_FLASH_BYTES ((LARGE_SECTORS + 4) * FLASH_SECTOR_BYTES)
#define WRITES_A_ROW 150
#define NEIGHBOUR 0x5a

typedef struct {
  size_t length;
  uint8_t bytes[RECORD_VALUE_BYTES_MAX];
} value;

typedef struct {
  bool is_tidy;
  uint8_t name;
  value wanted;
} operation;

static value expected[RECORD_NAMES_MAX];
static record_store store;
static uint32_t sectors, names = NAMES;
static size_t flash_bytes = FLASH_BYTES;
static uint64_t seed, row;
static const uint32_t pages[] = {256, 64, 16};
#define GEOMETRIES 3
static uint32_t cases, double_faults, writes, refused, stuck_words, ignored, limiter_cuts, geometries_used;

_Noreturn static void fail(const char *what, int name) {
  fprintf(stderr, "row %llu, write %u, case %u, name %d: %s\n", (unsigned long long)row, writes, cases, name, what);
  exit(1);
}

static uint32_t below(uint32_t limit) { return (uint32_t)(seeded_number(&seed) % limit); }

/** In each fourth row more than the smaller stores hold. */
static size_t random_length(void) {
  const uint32_t kind = below(8);
  if (kind == 0) return 0;
  return 1 + below(kind < 3 || (kind < 7 && row % 4 == 3) ? RECORD_VALUE_BYTES_MAX : 64);
}

static operation random_operation(void) {
  operation made = {.is_tidy = below(6) == 0, .name = (uint8_t)below(names), .wanted = {.length = random_length()}};
  for (size_t i = 0; i < made.wanted.length; i += 1) made.wanted.bytes[i] = (uint8_t)seeded_number(&seed);
  if (below(16) == 0) made.wanted = expected[made.name];
  return made;
}

static void open_store(void) {
  if (!record_store_open(&store, &flash_model, STORE_OFFSET, sectors, names)) fail("the store doesn't open", -1);
}

static bool run(const operation *given) {
  if (!given->is_tidy) return record_store_write(&store, given->name, given->wanted.bytes, given->wanted.length);
  record_store_tidy(&store);
  return true;
}

static bool has(uint8_t name, const value *wanted) {
  const uint8_t *found = NULL;
  const size_t length = record_store_read(&store, name, &found);
  return length == wanted->length && (length == 0 || memcmp(found, wanted->bytes, length) == 0);
}

/** Each byte is like the one before it, and the first is right. */
static bool is_neighbour(size_t start, size_t end) {
  const uint8_t *bytes = flash_model_bytes();
  return bytes[start] == NEIGHBOUR && memcmp(bytes + start, bytes + start + 1, end - start - 1) == 0;
}

/** All as expected, but what `cut` was about may have been done. What it is then, is what's expected from now on. */
static void check(const operation *cut) {
  for (uint8_t name = 0; name < names; name += 1) {
    if (has(name, &expected[name])) continue;
    if (cut == NULL || cut->is_tidy || cut->name != name) fail("its value has changed", name);
    if (!has(name, &cut->wanted)) fail("neither the old value nor the new one", name);
    expected[name] = cut->wanted;
  }
  const size_t end = STORE_OFFSET + sectors * FLASH_SECTOR_BYTES;
  if (!is_neighbour(0, STORE_OFFSET) || !is_neighbour(end, flash_bytes)) fail("flash beside the store was changed", -1);
}

/** What the documentation promises room for. */
static bool must_fit(const operation *given) {
  const size_t room = 16 + (given->wanted.length + 15) / 16 * 16;
  size_t live = 0;
  for (uint8_t name = 0; name < names; name += 1) live += 16 + (expected[name].length + 15) / 16 * 16;
  return room <= 4080 && live <= (sectors - 1) * (4080 - room);
}

/** Without a cut. */
static void run_whole(const operation *given) {
  const uint32_t before = flash_model_operations();
  if (run(given)) {
    if (!given->is_tidy) expected[given->name] = given->wanted;
  } else {
    refused += 1;
    if (must_fit(given)) fail("refused, and there is room", given->name);
    if (flash_model_operations() != before) fail("refused, and the flash was worn all the same", given->name);
  }
  check(NULL);
}

/** @returns false when it ended before the cut */
static bool run_cut(const operation *given, uint32_t at, bool is_torn) {
  flash_model_cut(at, is_torn);
  if (setjmp(flash_model_power_lost) == 0) {
    const bool is_done = run(given);
    flash_model_cut(0, false);
    if (is_done && !given->is_tidy) expected[given->name] = given->wanted;
    return false;
  }
  cases += 1;
  open_store();
  check(given);
  return true;
}

/** The power fails again and again while the store is used afterwards; then it doesn't. */
static void recover(void) {
  for (uint32_t more = below(3); more > 0; more -= 1) {
    const operation next = random_operation();
    if (run_cut(&next, 1 + below(12), below(2) == 0)) double_faults += 1;
    else check(NULL);
  }
  for (int again = 0; again < 2; again += 1) {
    const operation next = random_operation();
    run_whole(&next);
  }
  open_store();
  check(NULL);
}

static void cut_everywhere(const operation *given, uint32_t operations) {
  static uint8_t flash_before[FLASH_BYTES];
  static value expected_before[NAMES];
  memcpy(flash_before, flash_model_bytes(), FLASH_BYTES);
  memcpy(expected_before, expected, sizeof expected_before);
  for (uint32_t at = 1; at <= operations; at += 1) {
    for (uint32_t kind = 0; kind < 3; kind += 1) {
      open_store();
      if (!run_cut(given, at, kind > 0)) fail("another number of operations than before", given->name);
      recover();
      memcpy(flash_model_bytes(), flash_before, FLASH_BYTES);
      memcpy(expected, expected_before, sizeof expected_before);
    }
  }
}

/** New, with garbage in it, or with sectors whose numbers are about to wrap. */
static void start_flash(void) {
  flash_model_start(flash_bytes, seeded_number(&seed));
  flash_model_page(pages[row / 9 % GEOMETRIES]);
  geometries_used |= 1u << row / 9 % GEOMETRIES;
  uint8_t *bytes = flash_model_bytes();
  memset(bytes, NEIGHBOUR, flash_bytes);
  memset(bytes + STORE_OFFSET, 0xff, sectors * FLASH_SECTOR_BYTES);
  memset(expected, 0, sizeof expected);
  if (row % 3 == 1)
    for (uint32_t i = 0; i < sectors * FLASH_SECTOR_BYTES; i += 1) bytes[STORE_OFFSET + i] = (uint8_t)seeded_number(&seed);
  if (row % 3 == 2) {
    uint8_t head[16] = {'R', 'E', 'C', 'S', 1, (uint8_t)sectors, 0, 0, 0xfe, 0xff, 0xff, 0xff};
    const uint32_t crc = crc32(0, head, 12);
    for (int i = 0; i < 4; i += 1) head[12 + i] = (uint8_t)(crc >> 8 * i);
    memcpy(bytes + STORE_OFFSET + below(sectors) * FLASH_SECTOR_BYTES, head, sizeof head);
  }
}

static uint32_t operations_of(const operation *given) {
  static uint8_t flash_before[FLASH_BYTES];
  const record_store store_before = store;
  memcpy(flash_before, flash_model_bytes(), FLASH_BYTES);
  const uint32_t before = flash_model_operations();
  run(given);
  const uint32_t used = flash_model_operations() - before;
  memcpy(flash_model_bytes(), flash_before, FLASH_BYTES);
  store = store_before;
  return used;
}

static void run_row(void) {
  start_flash();
  open_store();
  check(NULL);
  for (uint32_t i = 0; i < WRITES_A_ROW; i += 1) {
    open_store(); /* as each case below does: then both do the same operations */
    const operation given = random_operation();
    cut_everywhere(&given, operations_of(&given));
    open_store();
    run_whole(&given);
    writes += 1;
  }
}

/** A flash that fails: a write may be refused, but what was taken is there, and what was there stays. */
static void run_failing_row(void) {
  start_flash();
  open_store();
  for (uint32_t i = 0; i < WRITES_A_ROW; i += 1) {
    if (i == WRITES_A_ROW / 2) {
      flash_model_stick(STORE_OFFSET + below(sectors * FLASH_SECTOR_BYTES / 4) * 4);
      stuck_words += 1;
    } else if (i < WRITES_A_ROW / 2 && below(4) == 0) {
      flash_model_ignore(1 + below(8));
      ignored += 1;
    }
    const operation given = random_operation();
    if (run(&given) && !given.is_tidy) expected[given.name] = given.wanted;
    check(NULL);
    if (below(4) == 0) open_store();
    check(NULL);
  }
}

/** Three of the largest a sector but the spare, less one, always have room: what the reader's results count on. */
static void run_full_store(void) {
  start_flash();
  open_store();
  const uint32_t room = 3 * (sectors - 1) - 1, used = room < names ? room : names;
  for (uint32_t i = 0; i < WRITES_A_ROW; i += 1) {
    operation given = {.name = (uint8_t)below(used), .wanted = {.length = RECORD_VALUE_BYTES_MAX - below(4) / 3 * below(1000)}};
    for (size_t at = 0; at < given.wanted.length; at += 1) given.wanted.bytes[at] = (uint8_t)seeded_number(&seed);
    if (!run(&given)) fail("refused, and there is room", given.name);
    expected[given.name] = given.wanted;
    check(NULL);
  }
}

/* The limit of index tokens */

#define LIMIT_NAME 3
#define DAY_MAX 2500
#define DAY_INTERVAL_MS 34560
#define AHEAD 8
#define PUT_BACK 256

static struct {
  uint32_t stored, spare; /* what flash has, and what memory has besides */
} limit;
static volatile uint64_t limit_ms, tokens_given;

static bool keep_limit(uint32_t left) {
  const uint8_t bytes[2] = {(uint8_t)(left >> 8), (uint8_t)left};
  if (!record_store_write(&store, LIMIT_NAME, bytes, sizeof bytes)) return false;
  limit.stored = left;
  return true;
}

static void start_limit(void) {
  const uint8_t *kept;
  open_store();
  limit.stored = record_store_read(&store, LIMIT_NAME, &kept) == 2 ? (uint32_t)kept[0] << 8 | kept[1] : DAY_MAX;
  limit.spare = 0;
}

/** A token each `every` of the day's intervals, at most so many; 0: as fast as can be. */
static void spend(uint32_t tokens, uint32_t every) {
  for (; tokens > 0; tokens -= 1) {
    limit_ms += (uint64_t)every * DAY_INTERVAL_MS;
    const uint32_t room = DAY_MAX - limit.stored;
    limit.spare = limit.spare + every < room ? limit.spare + every : room;
    if (limit.spare >= PUT_BACK && keep_limit(limit.stored + limit.spare - AHEAD)) limit.spare = AHEAD;
    if (limit.spare == 0) {
      const uint32_t drawn = limit.stored < AHEAD ? limit.stored : AHEAD;
#ifdef LIMIT_NOT_AHEAD /* what was spent is written afterwards */
      if (drawn == 0) continue;
      tokens_given += drawn;
      if (keep_limit(limit.stored - drawn)) limit.spare = 0;
      continue;
#else
      if (drawn == 0 || !keep_limit(limit.stored - drawn)) continue;
      limit.spare = drawn;
#endif
    }
    limit.spare -= 1;
    tokens_given += 1;
  }
}

/** The power fails at each operation in turn, again and again; what else is written keeps the store busy. */
static void run_limiter_row(void) {
  start_flash();
  limit_ms = tokens_given = 0;
  for (uint32_t life = 0; life < 400; life += 1) {
    start_limit();
    if (life % 4 != 0) flash_model_cut(1 + life % 20, below(2) == 0);
    if (setjmp(flash_model_power_lost) == 0) {
      const operation other = random_operation();
      if (other.name != LIMIT_NAME && below(8) == 0) run(&other);
      spend(60, row % 2 == 0 && life % 3 == 0 ? below(8) : 0); /* in each other row no time passes: then every token counts */
    } else {
      limiter_cuts += 1;
      cases += 1;
    }
    flash_model_cut(0, false);
    if (tokens_given > DAY_MAX + limit_ms / DAY_INTERVAL_MS) fail("a cut brought tokens back", LIMIT_NAME);
  }
  if (tokens_given < DAY_MAX / 2) fail("the limit wasn't reached", LIMIT_NAME);
}

/** As many names as a store can have, all of the largest: each is written at least once, most of them again. */
static void run_large_store(void) {
  sectors = LARGE_SECTORS;
  names = RECORD_NAMES_MAX;
  flash_bytes = LARGE_FLASH_BYTES;
  for (int i = 0; i < 4; i += 1) run_full_store();
  open_store();
  check(NULL);
  names = NAMES;
  flash_bytes = FLASH_BYTES;
}

int main(int count, char **values) {
  if (count != 3) return 2;
  const uint32_t wanted = (uint32_t)strtoul(values[1], NULL, 10);
  const uint64_t first = strtoull(values[2], NULL, 10);
  for (row = first; cases < wanted; row += 1) {
    seed = row;
    sectors = 2 + (uint32_t)(row / 3 % (SECTORS_MAX - 1));
    run_row();
    for (int i = 0; i < 4; i += 1) run_failing_row();
    run_full_store();
    for (int i = 0; i < 12; i += 1) run_limiter_row();
  }
  run_large_store();
  printf("{\"cases\":%u,\"doubleFaults\":%u,\"writes\":%u,\"refused\":%u,\"stuckWords\":%u,\"ignored\":%u,\"limiterCuts\":%u,\"geometries\":%u}\n",
         cases, double_faults, writes, refused, stuck_words, ignored, limiter_cuts, (uint32_t)__builtin_popcount(geometries_used));
  return 0;
}
