#include "p256.h"

#include "mbedtls/ecdsa.h"
#include "mbedtls/ecp.h"

#define COORDINATE_BYTES 32

bool p256_verify(const uint8_t key[64], const uint8_t digest[32], const uint8_t signature[64]) {
  mbedtls_ecp_group curve;
  mbedtls_ecp_point point;
  mbedtls_mpi r, s;
  mbedtls_ecp_group_init(&curve);
  mbedtls_ecp_point_init(&point);
  mbedtls_mpi_init(&r);
  mbedtls_mpi_init(&s);
  volatile int fault = mbedtls_ecp_group_load(&curve, MBEDTLS_ECP_DP_SECP256R1);
  uint8_t uncompressed[1 + 2 * COORDINATE_BYTES] = {4};
  for (unsigned at = 0; at < 2 * COORDINATE_BYTES; at += 1) uncompressed[1 + at] = key[at];
  if (fault == 0) fault = mbedtls_ecp_point_read_binary(&curve, &point, uncompressed, sizeof uncompressed);
  if (fault == 0) fault = mbedtls_ecp_check_pubkey(&curve, &point);
  if (fault == 0) fault = mbedtls_mpi_read_binary(&r, signature, COORDINATE_BYTES);
  if (fault == 0) fault = mbedtls_mpi_read_binary(&s, signature + COORDINATE_BYTES, COORDINATE_BYTES);
  if (fault == 0) fault = mbedtls_ecdsa_verify(&curve, digest, 32, &point, &r, &s);
  mbedtls_mpi_free(&s);
  mbedtls_mpi_free(&r);
  mbedtls_ecp_point_free(&point);
  mbedtls_ecp_group_free(&curve);
  return fault == 0;
}
