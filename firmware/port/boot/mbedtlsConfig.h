/**
 * What the boot stage has of mbedTLS: SHA-256 and the check of an ECDSA signature on P-256. Speed before size: both are paid
 * for at each start.
 */
#define MBEDTLS_HAVE_ASM
#define MBEDTLS_SHA224_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 1 /* multiples of the base point are in flash */
#define MBEDTLS_ECDSA_C
#define MBEDTLS_ASN1_PARSE_C /* ECDSA_C wants them; nothing of them is linked */
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS /* no printf */
#define MBEDTLS_MEMORY_BUFFER_ALLOC_C /* numbers come from a buffer, not from the C library */
#define MBEDTLS_MEMORY_ALIGN_MULTIPLE 8
#define MBEDTLS_NO_PLATFORM_ENTROPY
