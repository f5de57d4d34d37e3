/**
 * What QuickJS expects of a C library and newlib doesn't give by itself, and what it shall not have of it. Included before each
 * of its files.
 */
#ifndef COMPTOIR_QUICKJS_PLATFORM_H
#define COMPTOIR_QUICKJS_PLATFORM_H

#include <inttypes.h>
#include <malloc.h>
#include <math.h>
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

/** Functions of Math that engine.d.ts doesn't declare: 17 KB of the image. A script that calls one all the same gets NaN. */
static inline double no_function(double x) { return x * NAN; }
static inline double no_function_of_two(double x, double y) { return x * y * NAN; }
#define acos no_function
#define acosh no_function
#define asin no_function
#define asinh no_function
#define atan no_function
#define atanh no_function
#define cbrt no_function
#define cos no_function
#define cosh no_function
#define exp no_function
#define expm1 no_function
#define log no_function
#define log10 no_function
#define log1p no_function
#define log2 no_function
#define sin no_function
#define sinh no_function
#define tan no_function
#define tanh no_function
#define atan2 no_function_of_two
#define hypot no_function_of_two

#endif
