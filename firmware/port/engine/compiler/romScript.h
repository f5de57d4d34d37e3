/**
 * For what the script compiler writes: the engine's structures, and its values as constants that may hold an address.
 */
#define JS_LAYOUT_ONLY
#include "quickjs.c"

#ifdef JS_NAN_BOXING
/** A JSValue of 64 bits, little endian; a linker can put an address into half of it only. */
typedef struct {
  const void *low;
  uint32_t high;
} __attribute__((aligned(8))) rom_value;
_Static_assert(sizeof(rom_value) == sizeof(JSValue) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "halves of a value");
#define ROM_POINTER(tag, object) {&object, (uint32_t)tag}
#define ROM_PLAIN(tag, number) {(const void *)(uint32_t)number, (uint32_t)tag}
#define ROM_SHORT_BIG_INT(number) ROM_PLAIN(JS_TAG_SHORT_BIG_INT, number)
#define ROM_FLOAT64(bits, number) {(const void *)(uint32_t)(bits), (uint32_t)((bits >> 32) - JS_FLOAT64_TAG_ADDEND)}
#else
typedef JSValue rom_value;
#define ROM_POINTER(tag_, object) {.u = {.ptr = (void *)&object}, .tag = tag_}
#define ROM_PLAIN(tag_, number) {.u = {.int32 = number}, .tag = tag_}
#define ROM_SHORT_BIG_INT(number) {.u = {.short_big_int = number}, .tag = JS_TAG_SHORT_BIG_INT}
#define ROM_FLOAT64(bits, number) {.u = {.float64 = number}, .tag = JS_TAG_FLOAT64}
#endif
