/**
 * Secret scalars go through mbedTLS's Montgomery ladder with random projective coordinates: the same steps for every
 * scalar, on numbers that nobody can foretell. Signatures are public, and their check takes no such care.
 */
#include "curves.h"

#include "mbedtls/ecdsa.h"
#include "mbedtls/ecp.h"
#include "mbedtls/platform_util.h"
#include "random.h"

#include <string.h>

#define COORDINATE_BYTES 32

static int fill_random(void *nothing, unsigned char *bytes, size_t length) {
  (void)nothing;
  return random_fill(bytes, length) ? 0 : MBEDTLS_ERR_ECP_RANDOM_FAILED;
}

static bool is_zero(const uint8_t bytes[COORDINATE_BYTES]) {
  uint8_t any = 0;
  for (size_t i = 0; i < COORDINATE_BYTES; i += 1) any |= bytes[i];
  return any == 0;
}

bool curves_agree(const uint8_t secret[32], const uint8_t public_key[32], uint8_t shared[32]) {
  uint8_t clamped[COORDINATE_BYTES];
  memcpy(clamped, secret, sizeof clamped);
  clamped[0] &= 0xf8;
  clamped[31] = (clamped[31] & 0x7f) | 0x40;
  size_t length;
  mbedtls_ecp_group group;
  mbedtls_ecp_point point, result;
  mbedtls_mpi scalar;
  mbedtls_ecp_group_init(&group);
  mbedtls_ecp_point_init(&point);
  mbedtls_ecp_point_init(&result);
  mbedtls_mpi_init(&scalar);
  bool is_done = mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_CURVE25519) == 0 &&
    mbedtls_mpi_read_binary_le(&scalar, clamped, sizeof clamped) == 0 &&
    mbedtls_ecp_point_read_binary(&group, &point, public_key, COORDINATE_BYTES) == 0 &&
    mbedtls_ecp_mul(&group, &result, &scalar, &point, fill_random, NULL) == 0 &&
    mbedtls_ecp_point_write_binary(&group, &result, MBEDTLS_ECP_PF_UNCOMPRESSED, &length, shared, COORDINATE_BYTES) == 0 && !is_zero(shared);
  mbedtls_platform_zeroize(clamped, sizeof clamped);
  mbedtls_mpi_free(&scalar);
  mbedtls_ecp_point_free(&result);
  mbedtls_ecp_point_free(&point);
  mbedtls_ecp_group_free(&group);
  return is_done;
}

bool curves_public_key(const uint8_t secret[32], uint8_t public_key[32]) {
  static const uint8_t base[COORDINATE_BYTES] = {9};
  return curves_agree(secret, base, public_key);
}

bool curves_verify(const uint8_t public_key[64], const uint8_t digest[32], const uint8_t signature[64]) {
  uint8_t uncompressed[1 + 2 * COORDINATE_BYTES] = {4};
  memcpy(uncompressed + 1, public_key, 2 * COORDINATE_BYTES);
  mbedtls_ecp_group group;
  mbedtls_ecp_point point;
  mbedtls_mpi r, s;
  mbedtls_ecp_group_init(&group);
  mbedtls_ecp_point_init(&point);
  mbedtls_mpi_init(&r);
  mbedtls_mpi_init(&s);
  bool is_valid = mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1) == 0 &&
    mbedtls_ecp_point_read_binary(&group, &point, uncompressed, sizeof uncompressed) == 0 &&
    mbedtls_ecp_check_pubkey(&group, &point) == 0 && mbedtls_mpi_read_binary(&r, signature, COORDINATE_BYTES) == 0 &&
    mbedtls_mpi_read_binary(&s, signature + COORDINATE_BYTES, COORDINATE_BYTES) == 0 &&
    mbedtls_ecdsa_verify(&group, digest, COORDINATE_BYTES, &point, &r, &s) == 0;
  mbedtls_mpi_free(&s);
  mbedtls_mpi_free(&r);
  mbedtls_ecp_point_free(&point);
  mbedtls_ecp_group_free(&group);
  return is_valid;
}
