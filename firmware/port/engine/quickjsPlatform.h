/**
 * What QuickJS expects of a C library and newlib doesn't give by itself. Included before each of its files.
 */
#ifndef COMPTOIR_QUICKJS_PLATFORM_H
#define COMPTOIR_QUICKJS_PLATFORM_H

#include <inttypes.h>
#include <malloc.h>
#include <stdint.h>

#ifndef PRId64
#define PRId64 "lld"
#endif
#ifndef PRIu64
#define PRIu64 "llu"
#endif
#ifndef PRIx64
#define PRIx64 "llx"
#endif

#endif
