# The engine, its script and the cryptography, for any board: include this, then link comptoir_reader, comptoir_card or comptoir_vectors.
#   comptoir_reader   the product's script and its `board`; the port gives every function of include/board.h
#   comptoir_card     the dynamic card's; the port gives every function of include/cardBoard.h
#   comptoir_vectors  the test script and its `board`; of board.h the port gives log, fatal, feed_watchdog and the identity
#   comptoir_probe    the engine's own tests behind the same `board` as comptoir_vectors
# firmware/port/engine/build.sh must have run: it makes the sources, the compiler and the scripts as C.
set(COMPTOIR_PORT ${CMAKE_CURRENT_LIST_DIR}/..)
set(COMPTOIR_BUILD ${COMPTOIR_PORT}/build)
set(COMPTOIR_QUICKJS ${COMPTOIR_BUILD}/sources/quickjs CACHE PATH "another tree is for the test that shows what the patches are for")
set(COMPTOIR_MBEDTLS ${COMPTOIR_BUILD}/sources/mbedtls)
option(COMPTOIR_HOST_HEAP "the heap of the C library, for AddressSanitizer" OFF)
set(COMPTOIR_ALIASING -fno-strict-aliasing CACHE STRING "QuickJS is wrong without; another value is for the test that shows it")

# -fno-strict-aliasing is part of correctness: where int32_t is long, QuickJS's strings break without it (docs/explanation/the-c-port.md).
set(COMPTOIR_QUICKJS_FLAGS -std=gnu11 -fwrapv ${COMPTOIR_ALIASING} -funsigned-char -w -Wno-incompatible-pointer-types
  -D_GNU_SOURCE -DCONFIG_VERSION=\"2025-04-26\" -D__TM_GMTOFF=tm_gmtoff -include ${CMAKE_CURRENT_LIST_DIR}/quickjsPlatform.h)

add_library(comptoir_quickjs STATIC
  ${COMPTOIR_QUICKJS}/quickjs.c ${COMPTOIR_QUICKJS}/libregexp.c ${COMPTOIR_QUICKJS}/libunicode.c
  ${COMPTOIR_QUICKJS}/cutils.c ${COMPTOIR_QUICKJS}/dtoa.c)
target_compile_options(comptoir_quickjs PRIVATE ${COMPTOIR_QUICKJS_FLAGS} -ffunction-sections -fdata-sections)
# What the script compiler writes names the engine's C functions: none of them may be joined with another.
set_source_files_properties(${COMPTOIR_QUICKJS}/quickjs.c PROPERTIES COMPILE_OPTIONS "-fno-ipa-icf;-include;${COMPTOIR_BUILD}/cFunctions.h"
  OBJECT_DEPENDS ${COMPTOIR_BUILD}/cFunctions.h)
target_include_directories(comptoir_quickjs SYSTEM PUBLIC ${COMPTOIR_QUICKJS})
target_link_libraries(comptoir_quickjs PUBLIC m)

if(COMPTOIR_HOST_HEAP)
  set(heap ${COMPTOIR_PORT}/engine/heapOfHost.c)
else()
  set(heap ${COMPTOIR_PORT}/engine/heap.c)
endif()

set(secure ${COMPTOIR_PORT}/secure)
set(keys ${secure}/keys)
set(public ${secure}/publicKey)
set(COMPTOIR_SECURE_INCLUDES ${secure} ${keys} ${public}) # headers are included by their name alone
set(COMPTOIR_HASH ${secure}/hash/sha256Block.c ${secure}/hash/sha256Block.S)
set(COMPTOIR_CURVES ${public}/curves.c ${public}/digits.c)
add_library(comptoir_secure STATIC
  ${secure}/secure.c ${secure}/random.c ${secure}/symmetric.c ${secure}/secureMemory.c
  ${keys}/keyTable.c ${keys}/keyBlock.c ${keys}/keyStore.c ${keys}/cardKeys.c
  ${public}/publicKeys.c ${public}/x25519.c ${public}/rsaRecover.c ${public}/rsaSign.c ${COMPTOIR_CURVES} ${COMPTOIR_HASH}
  ${COMPTOIR_MBEDTLS}/library/aes.c ${COMPTOIR_MBEDTLS}/library/cipher.c ${COMPTOIR_MBEDTLS}/library/cipher_wrap.c
  ${COMPTOIR_MBEDTLS}/library/gcm.c ${COMPTOIR_MBEDTLS}/library/bignum.c ${COMPTOIR_MBEDTLS}/library/bignum_core.c
  ${COMPTOIR_MBEDTLS}/library/cmac.c ${COMPTOIR_MBEDTLS}/library/md.c ${COMPTOIR_MBEDTLS}/library/sha1.c
  ${COMPTOIR_MBEDTLS}/library/sha256.c ${COMPTOIR_MBEDTLS}/library/ctr_drbg.c ${COMPTOIR_MBEDTLS}/library/constant_time.c
  ${COMPTOIR_MBEDTLS}/library/platform.c ${COMPTOIR_MBEDTLS}/library/platform_util.c
  ${COMPTOIR_MBEDTLS}/library/memory_buffer_alloc.c)
target_include_directories(comptoir_secure PUBLIC ${COMPTOIR_SECURE_INCLUDES} ${COMPTOIR_PORT}/store ${COMPTOIR_PORT}/include)
target_include_directories(comptoir_secure SYSTEM PRIVATE ${COMPTOIR_MBEDTLS}/include ${COMPTOIR_MBEDTLS}/library) # bignum_core.h
target_compile_definitions(comptoir_secure PRIVATE MBEDTLS_CONFIG_FILE="${COMPTOIR_PORT}/secure/mbedtlsConfig.h")
target_compile_options(comptoir_secure PRIVATE -std=gnu11 -Wall -Wextra -ffunction-sections -fdata-sections)

# For boards whose records are in flash of their own.
add_library(comptoir_store STATIC ${COMPTOIR_PORT}/store/recordStore.c ${COMPTOIR_PORT}/store/configurationStore.c ${COMPTOIR_PORT}/store/crc32.c)
target_include_directories(comptoir_store PUBLIC ${COMPTOIR_PORT}/store)
target_compile_options(comptoir_store PRIVATE -std=gnu11 -Wall -Wextra -ffunction-sections -fdata-sections)

# Static libraries that need each other: the engine calls the board object, which calls the engine.
function(comptoir_script name board script)
  set(rom ${COMPTOIR_BUILD}/script/${script})
  set_source_files_properties(${rom} PROPERTIES COMPILE_OPTIONS "${COMPTOIR_QUICKJS_FLAGS};-I${COMPTOIR_PORT}/engine/compiler"
    OBJECT_DEPENDS "${COMPTOIR_PORT}/engine/compiler/romScript.h;${COMPTOIR_QUICKJS}/quickjs.c")
  set(objects ${COMPTOIR_PORT}/engine/board)
  add_library(${name} STATIC ${COMPTOIR_PORT}/engine/engine.c ${objects}/scriptBoard.c
    ${objects}/configurationObject.c ${objects}/firmwareObject.c ${objects}/secureObject.c ${objects}/cardSecureObject.c
    ${objects}/sharedParts.c ${objects}/sharedSecure.c ${objects}/${board} ${heap} ${rom})
  target_include_directories(${name} PUBLIC ${COMPTOIR_PORT}/engine ${objects} ${COMPTOIR_PORT}/include)
  target_compile_options(${name} PRIVATE -std=gnu11 -Wall -Wextra -ffunction-sections -fdata-sections)
  target_link_libraries(${name} PUBLIC comptoir_quickjs comptoir_secure)
endfunction()
comptoir_script(comptoir_reader readerBoard.c reader.c)
comptoir_script(comptoir_card cardBoard.c card.c)
comptoir_script(comptoir_vectors vectorsBoard.c vectors.c)
comptoir_script(comptoir_probe vectorsBoard.c probe.c)
