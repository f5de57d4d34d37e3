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

/** As the engine's structures, with such values in them. */
typedef union {
  rom_value value;
  struct {
    const JSObject *getter, *setter;
  } getset;
} rom_property;
typedef struct rom_map_record {
  int ref_count;
  BOOL empty : 8;
  struct list_head link;
  const struct rom_map_record *hash_next;
  rom_value key, value;
} rom_map_record;
typedef struct {
  JSGCObjectHeader header;
  const rom_value *pvalue;
  rom_value value;
} rom_captured;
_Static_assert(sizeof(rom_property) == sizeof(JSProperty), "properties");
_Static_assert(sizeof(rom_map_record) == sizeof(JSMapRecord) && offsetof(rom_map_record, key) == offsetof(JSMapRecord, key), "records of maps");
_Static_assert(offsetof(rom_captured, pvalue) == offsetof(JSVarRef, pvalue) && offsetof(rom_captured, value) == offsetof(JSVarRef, value), "captured variables");

/** In ROM nothing is in a list: the first link has the number by which a shape's hash knows its prototype. */
#define ROM_OBJECT(flags, class_id, number) \
  {JS_ROM_REF_COUNT, JS_GC_OBJ_TYPE_JS_OBJECT, 0, flags, class_id, {(struct list_head *)(uintptr_t)number}}
#define ROM_INT(number) ((void *)(uintptr_t)(uint32_t)number)
#define ROM_TAG(tag) ((void *)(intptr_t)tag)
