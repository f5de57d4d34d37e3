/**
 * CTR_DRBG of mbedTLS. Every seed passes the health tests before it is used; a failure later than the start is fatal to the
 * caller, which gets no bytes.
 */
#include "random.h"

#include "board.h"
#include "mbedtls/ctr_drbg.h"
#include "mbedtls/platform_util.h"

#include <string.h>

/**
 * The source is assumed to give at least one bit of entropy a byte; false alarms in 2^-30 of the seeds.
 * SP 800-90B §4.4.1: C = 1 + ceil(30 / H). §4.4.2 with W = 64 (a seed is short): by the binomial distribution with p = 1/2,
 * more than 54 equal bytes of 64 have a probability below 2^-30.
 */
#define REPETITIONS_MAX 30
#define WINDOW_BYTES 64
#define EQUAL_IN_WINDOW_MAX 54
#define RESEED_BYTES_MAX 64

static mbedtls_ctr_drbg_context generator;
static bool is_started;

static bool repeats_too_often(const uint8_t *raw, size_t length) {
  size_t repetitions = 1;
  for (size_t i = 1; i < length; i += 1) {
    repetitions = raw[i] == raw[i - 1] ? repetitions + 1 : 1;
    if (repetitions > REPETITIONS_MAX) return true;
  }
  return false;
}

static bool prefers_a_byte(const uint8_t *window) {
  size_t equal = 0;
  for (size_t i = 0; i < WINDOW_BYTES; i += 1) equal += window[i] == window[0];
  return equal > EQUAL_IN_WINDOW_MAX;
}

bool random_is_healthy(const uint8_t *raw, size_t length) {
  if (length == 0 || repeats_too_often(raw, length)) return false;
  for (size_t at = 0; at + WINDOW_BYTES <= length; at += WINDOW_BYTES)
    if (prefers_a_byte(raw + at)) return false;
  return true;
}

/** mbedTLS's entropy callback: `length` bytes of seed, 0 for success. */
static int take_seed(void *nothing, unsigned char *seed, size_t length) {
  (void)nothing;
  return board_seed(seed, length) && random_is_healthy(seed, length) ? 0 : MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED;
}

/** The seed of the known answer: 00 01 … 2F, without nonce and personalization string. */
static int take_known_seed(void *nothing, unsigned char *seed, size_t length) {
  (void)nothing;
  for (size_t i = 0; i < length; i += 1) seed[i] = (uint8_t)i;
  return 0;
}

/** Made by an independent CTR_DRBG: firmware/port/test/secure/ctrDrbg.ts. */
static const uint8_t known_answer[32] = {
  0x7a, 0xd7, 0xf0, 0x61, 0x2b, 0x3e, 0xef, 0x3e, 0x51, 0xf8, 0xb3, 0x51, 0x7d, 0xec, 0xa5, 0x8d,
  0xf1, 0xdb, 0xb9, 0x77, 0x83, 0xe8, 0xb2, 0x93, 0x03, 0x34, 0xc5, 0xc7, 0x6c, 0xd7, 0x16, 0x12,
};

static bool gives_known_answer(void) {
  mbedtls_ctr_drbg_context tested;
  uint8_t first[32], second[32];
  mbedtls_ctr_drbg_init(&tested);
  mbedtls_ctr_drbg_set_entropy_len(&tested, MBEDTLS_CTR_DRBG_SEEDLEN);
  mbedtls_ctr_drbg_set_nonce_len(&tested, 0);
  bool is_known = mbedtls_ctr_drbg_seed(&tested, take_known_seed, NULL, NULL, 0) == 0 &&
    mbedtls_ctr_drbg_random(&tested, first, sizeof first) == 0 && mbedtls_ctr_drbg_random(&tested, second, sizeof second) == 0 &&
    memcmp(first, known_answer, sizeof first) == 0 && memcmp(first, second, sizeof first) != 0;
  mbedtls_ctr_drbg_free(&tested);
  return is_known;
}

bool random_start(void) {
  if (is_started) mbedtls_ctr_drbg_free(&generator);
  is_started = false;
  if (!gives_known_answer()) return false;
  const char *serial = board_identity_serial(); /* two readers with one seed must not agree */
  mbedtls_ctr_drbg_init(&generator);
  mbedtls_ctr_drbg_set_entropy_len(&generator, RESEED_BYTES_MAX);
  mbedtls_ctr_drbg_set_nonce_len(&generator, 0);
  if (mbedtls_ctr_drbg_seed(&generator, take_seed, NULL, (const uint8_t *)serial, strlen(serial)) != 0) return false;
  is_started = true;
  return true;
}

bool random_fill(uint8_t *bytes, size_t length) {
  if (is_started && mbedtls_ctr_drbg_random(&generator, bytes, length) == 0) return true;
  mbedtls_platform_zeroize(bytes, length);
  return false;
}
