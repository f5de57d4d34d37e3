/** Included before rsaSign.c, for rsaTime.c. */
#include <valgrind/memcheck.h>

#define RSA_SIGN_PUBLISH(bytes, length) (void)VALGRIND_MAKE_MEM_DEFINED(bytes, length)
