# The boot library twice: include this after engine.cmake.
#   comptoir_boot    for the boot stage, with its own SHA-256 and check of signatures
#   comptoir_slots   for the firmware, with the cryptography that it has anyway
set(boot ${COMPTOIR_PORT}/boot)
set(COMPTOIR_BOOT_INCLUDES ${boot} ${COMPTOIR_PORT}/store)

function(comptoir_boot_library name config)
  add_library(${name} STATIC ${boot}/image.c ${boot}/slotRecord.c ${boot}/firmwareStore.c ${ARGN})
  target_include_directories(${name} PUBLIC ${boot} PRIVATE ${COMPTOIR_SECURE_INCLUDES})
  target_include_directories(${name} SYSTEM PRIVATE ${COMPTOIR_MBEDTLS}/include)
  target_compile_definitions(${name} PRIVATE MBEDTLS_CONFIG_FILE="${config}")
  target_compile_options(${name} PRIVATE -std=gnu11 -Wall -Wextra -ffunction-sections -fdata-sections)
  target_link_libraries(${name} PUBLIC comptoir_store)
endfunction()

comptoir_boot_library(comptoir_boot ${boot}/mbedtlsConfig.h ${boot}/chooseSlot.c ${COMPTOIR_CURVES} ${COMPTOIR_HASH})
foreach(file sha256 platform_util)
  target_sources(comptoir_boot PRIVATE ${COMPTOIR_MBEDTLS}/library/${file}.c)
endforeach()

comptoir_boot_library(comptoir_slots ${COMPTOIR_PORT}/secure/mbedtlsConfig.h)
target_link_libraries(comptoir_slots PUBLIC comptoir_secure)
