/**
 * What is compiled of mbedTLS: AES, CMAC, GCM, HMAC, two hashes and a DRBG, without files, sockets, threads or time.
 */
#define MBEDTLS_HAVE_ASM /* the inner loop of the long numbers */
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES     /* flash is there, RAM isn't */
#define MBEDTLS_AES_FEWER_TABLES   /* 2 KiB of tables instead of 8 */
#define MBEDTLS_CIPHER_C
#define MBEDTLS_CIPHER_MODE_CBC
#define MBEDTLS_CMAC_C
#define MBEDTLS_GCM_C
#define MBEDTLS_MD_C
#define MBEDTLS_SHA1_C
#define MBEDTLS_SHA224_C
#define MBEDTLS_SHA256_C
#ifdef __ARM_ARCH_6M__
#define MBEDTLS_SHA256_PROCESS_ALT /* sha256Block.S */
#endif
#define MBEDTLS_SHA256_SMALLER
#define MBEDTLS_CTR_DRBG_C
#define MBEDTLS_CTR_DRBG_RESEED_INTERVAL 1024
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_MEMORY_BUFFER_ALLOC_C /* its contexts come from secureMemory.c, not from the C library */
#define MBEDTLS_MEMORY_ALIGN_MULTIPLE 8
#define MBEDTLS_NO_PLATFORM_ENTROPY
