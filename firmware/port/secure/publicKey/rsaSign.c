/**
 * The private operation by the Chinese remainder theorem, all of it in constant time: neither branches nor addresses depend on
 * the key or on the block. It's made of mbedTLS's numbers of fixed size (bignum_core.h), whose exponentiation is that of
 * its own RSA; what its RSA does around it, by divisions, is done here by Montgomery multiplications.
 * Source: RFC 8017 §5.1.2, 2.b; Menezes, Handbook of Applied Cryptography, algorithm 14.36.
 * A result that is wrong in one half would give the key away (Boneh, DeMillo, Lipton 1997): nothing unchecked leaves.
 * Not covered: power and radiation of the chip, which somebody who holds the card can measure. Nothing is blinded.
 */
#include "rsaSign.h"

#include "bignum_core.h"
#include "mbedtls/platform.h"
#include "mbedtls/platform_util.h"
#include "rsaRecover.h"

#include <string.h>

/** Says that bytes which were made with the key are nobody's secret: test/c/rsaTime.c takes all others for one. */
#ifndef RSA_SIGN_PUBLISH
#define RSA_SIGN_PUBLISH(bytes, length) ((void)0)
#endif

typedef mbedtls_mpi_uint limb;

#define LIMBS_MAX ((RSA_SIGN_MODULUS_BYTES_MAX / 2 + sizeof(limb) - 1) / sizeof(limb))
/** The larger the window, the more memory: MBEDTLS_MPI_WINDOW_SIZE is 3. */
#define WORKING_LIMBS ((1u << MBEDTLS_MPI_WINDOW_SIZE) * LIMBS_MAX + 3 * LIMBS_MAX + 2)

/** One prime; numbers have `limbs` limbs, the lowest first, and R is one more than the largest of them. */
typedef struct {
  size_t limbs;
  limb modulus[LIMBS_MAX];
  limb inverse; /* mm of mbedTLS's Montgomery multiplication */
  limb r2[LIMBS_MAX]; /* R^2 mod modulus */
  limb exponent[LIMBS_MAX];
  limb power[LIMBS_MAX]; /* block ^ exponent mod modulus */
  limb *working; /* WORKING_LIMBS */
} prime;

typedef struct {
  prime p, q;
  limb block[2 * LIMBS_MAX], product[2 * LIMBS_MAX];
  limb number[LIMBS_MAX], other[LIMBS_MAX];
  limb working[WORKING_LIMBS];
} workspace;

bool rsa_is_crt_length(size_t length) {
  const size_t half = length / RSA_CRT_NUMBERS;
  return length % RSA_CRT_NUMBERS == 0 && 2 * half >= RSA_SIGN_MODULUS_BYTES_MIN && 2 * half <= RSA_SIGN_MODULUS_BYTES_MAX;
}

/** to = number * other / R mod the prime. One of them is below the prime, the other may be any of its limbs. */
static void multiply(prime *of, limb *to, const limb *number, const limb *other) {
  mbedtls_mpi_core_montmul(to, number, other, of->limbs, of->modulus, of->limbs, of->inverse, of->working);
}

/** number = 2 number mod the prime */
static void double_once(prime *of, limb *number) {
  const limb carry = mbedtls_mpi_core_add(number, number, number, of->limbs);
  const limb borrow = mbedtls_mpi_core_sub(of->working, number, of->modulus, of->limbs);
  mbedtls_mpi_core_cond_assign(number, of->working, of->limbs, mbedtls_ct_bool(carry | (1 ^ borrow)));
}

static int start_prime(workspace *w, prime *of, const uint8_t *modulus, const uint8_t *exponent, size_t half) {
  of->working = w->working;
  of->limbs = (half + sizeof(limb) - 1) / sizeof(limb);
  int fault = mbedtls_mpi_core_read_be(of->modulus, of->limbs, modulus, half);
  fault |= mbedtls_mpi_core_read_be(of->exponent, of->limbs, exponent, half);
  of->inverse = mbedtls_mpi_core_montmul_init(of->modulus);
  of->r2[0] = 1;
  for (size_t doublings = 2 * of->limbs * sizeof(limb) * 8; doublings > 0; doublings -= 1) double_once(of, of->r2);
  return fault;
}

/** number = block * R mod the prime, from both halves of the block's limbs */
static void reduce_block(prime *of, limb *number, limb *other, const limb *block) {
  multiply(of, number, block + of->limbs, of->r2);
  multiply(of, number, number, of->r2);
  multiply(of, other, block, of->r2);
  const limb carry = mbedtls_mpi_core_add(number, number, other, of->limbs);
  const limb borrow = mbedtls_mpi_core_sub(other, number, of->modulus, of->limbs);
  mbedtls_mpi_core_cond_assign(number, other, of->limbs, mbedtls_ct_bool(carry | (1 ^ borrow)));
}

static void leave_montgomery(prime *of, limb *number) {
  static const limb one[LIMBS_MAX] = {1};
  multiply(of, number, number, one);
}

static void raise(workspace *w, prime *of) {
  reduce_block(of, w->number, w->other, w->block);
  mbedtls_mpi_core_exp_mod(of->power, w->number, of->modulus, of->limbs, of->exponent, of->limbs, of->r2, of->working);
  leave_montgomery(of, of->power);
}

/** product = power of q + q ((power of p - power of q) / q mod p) */
static int combine(workspace *w, const uint8_t *inverse_of_q, size_t half) {
  const size_t limbs = w->p.limbs;
  multiply(&w->p, w->other, w->q.power, w->p.r2);
  multiply(&w->p, w->number, w->p.power, w->p.r2);
  const limb borrow = mbedtls_mpi_core_sub(w->number, w->number, w->other, limbs);
  mbedtls_mpi_core_add_if(w->number, w->p.modulus, limbs, (unsigned)borrow);
  const int fault = mbedtls_mpi_core_read_be(w->other, limbs, inverse_of_q, half);
  multiply(&w->p, w->other, w->number, w->other);
  mbedtls_mpi_core_mul(w->product, w->other, limbs, w->q.modulus, limbs);
  memset(w->block, 0, sizeof w->block);
  memcpy(w->block, w->q.power, limbs * sizeof(limb));
  mbedtls_mpi_core_add(w->product, w->product, w->block, 2 * limbs);
  return fault;
}

static int raise_and_combine(workspace *w, const uint8_t *crt, size_t half, const uint8_t *block, uint8_t *signature, uint8_t *modulus) {
  int fault = start_prime(w, &w->p, crt, crt + 2 * half, half);
  fault |= start_prime(w, &w->q, crt + half, crt + 3 * half, half);
  const size_t limbs = w->p.limbs;
  if (mbedtls_mpi_core_exp_mod_working_limbs(limbs, limbs) > WORKING_LIMBS) return -1;
  mbedtls_mpi_core_mul(w->product, w->p.modulus, limbs, w->q.modulus, limbs);
  fault |= mbedtls_mpi_core_write_be(w->product, 2 * limbs, modulus, 2 * half);
  fault |= mbedtls_mpi_core_read_be(w->block, 2 * limbs, block, 2 * half);
  raise(w, &w->p);
  raise(w, &w->q);
  fault |= combine(w, crt + 4 * half, half);
  return fault | mbedtls_mpi_core_write_be(w->product, 2 * limbs, signature, 2 * half);
}

static bool gives(const uint8_t *modulus, size_t length, uint32_t exponent, const uint8_t *signature, const uint8_t *block) {
  uint8_t recovered[RSA_SIGN_MODULUS_BYTES_MAX];
  return rsa_recover(modulus, length, exponent, signature, recovered) && memcmp(recovered, block, length) == 0;
}

bool rsa_sign(const uint8_t *crt, size_t half, const uint8_t *block, uint8_t *signature) {
  if (!rsa_is_crt_length(RSA_CRT_NUMBERS * half)) return false;
  uint8_t modulus[RSA_SIGN_MODULUS_BYTES_MAX], made[RSA_SIGN_MODULUS_BYTES_MAX];
  workspace *w = mbedtls_calloc(1, sizeof *w);
  if (w == NULL) return false;
  const int fault = raise_and_combine(w, crt, half, block, made, modulus);
  mbedtls_platform_zeroize(w, sizeof *w);
  mbedtls_free(w);
  RSA_SIGN_PUBLISH(modulus, sizeof modulus);
  RSA_SIGN_PUBLISH(made, sizeof made);
  const bool is_good = fault == 0 && (gives(modulus, 2 * half, 3, made, block) || gives(modulus, 2 * half, 65537, made, block));
  if (is_good) memcpy(signature, made, 2 * half);
  mbedtls_platform_zeroize(made, sizeof made);
  return is_good;
}
