# The boot library, for images that are not the firmware: include this, then link comptoir_boot, which brings the record store
# and its own, small mbedTLS. firmware/port/engine/fetchSources.sh must have run.
# The firmware links the same files with the mbedTLS that it has anyway: COMPTOIR_BOOT_SOURCES, and COMPTOIR_BOOT_INCLUDES.
set(COMPTOIR_BOOT_PORT ${CMAKE_CURRENT_LIST_DIR}/..)
set(COMPTOIR_BOOT_MBEDTLS ${COMPTOIR_BOOT_PORT}/build/sources/mbedtls)
set(COMPTOIR_BOOT_INCLUDES ${COMPTOIR_BOOT_PORT}/boot ${COMPTOIR_BOOT_PORT}/store ${COMPTOIR_BOOT_PORT}/secure)
set(COMPTOIR_BOOT_SOURCES
  ${COMPTOIR_BOOT_PORT}/boot/image.c ${COMPTOIR_BOOT_PORT}/boot/slotRecord.c
  ${COMPTOIR_BOOT_PORT}/boot/chooseSlot.c ${COMPTOIR_BOOT_PORT}/boot/firmwareStore.c
  ${COMPTOIR_BOOT_PORT}/store/recordStore.c ${COMPTOIR_BOOT_PORT}/store/crc32.c
  ${COMPTOIR_BOOT_PORT}/secure/p256.c)

add_library(comptoir_boot STATIC ${COMPTOIR_BOOT_SOURCES})
foreach(file sha256 bignum bignum_core ecp ecp_curves ecdsa asn1parse asn1write constant_time platform platform_util memory_buffer_alloc)
  target_sources(comptoir_boot PRIVATE ${COMPTOIR_BOOT_MBEDTLS}/library/${file}.c)
endforeach()
target_include_directories(comptoir_boot PUBLIC ${COMPTOIR_BOOT_INCLUDES})
target_include_directories(comptoir_boot SYSTEM PUBLIC ${COMPTOIR_BOOT_MBEDTLS}/include)
target_compile_definitions(comptoir_boot PUBLIC MBEDTLS_CONFIG_FILE="${COMPTOIR_BOOT_PORT}/boot/mbedtlsConfig.h")
target_compile_options(comptoir_boot PRIVATE -std=gnu11 -Wall -Wextra -ffunction-sections -fdata-sections)
