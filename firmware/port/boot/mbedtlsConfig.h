/** What the boot stage has of mbedTLS: SHA-256, whose block is ours on RP2040. It's paid for at each start. */
#ifdef __ARM_ARCH_6M__
#define MBEDTLS_SHA256_PROCESS_ALT /* sha256Block.S */
#endif
#define MBEDTLS_SHA224_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_NO_PLATFORM_ENTROPY
