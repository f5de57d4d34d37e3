/**
 * comptoir-compile SCRIPT OUTPUT.c: a script as C initialisers of the engine's own structures, so that its functions, constants
 * and names are used where they lie, in flash. Runs on the machine that builds; the C compiler of the target gives the layout.
 * It is one piece with the engine's source (quickjs.c), whose structures it reads: names are numbered as this tree numbers them.
 */
#include "quickjs.c"

#include "intrinsics.h"

#include <stdbool.h>

/** Nothing is in ROM while the script is compiled. */
const JSRom js_rom = {.constant_atoms = JS_ATOM_END};

#define SCRIPT_BYTES_MAX (4 * 1024 * 1024)
#define ATOMS_MAX 65535 /* a chain's next atom has 16 bits */

static JSRuntime *runtime;
static FILE *output;
static bool is_used[ATOMS_MAX + 1];
static int functions, strings;

static _Noreturn void give_up(const char *why) {
  fprintf(stderr, "comptoir-compile: %s\n", why);
  exit(1);
}

static const char *read_script(const char *path, size_t *length) {
  static char text[SCRIPT_BYTES_MAX + 1];
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  *length = fread(text, 1, SCRIPT_BYTES_MAX, file);
  text[*length] = 0; /* the parser reads up to it */
  fclose(file);
  return text;
}

static void use_atom(JSAtom atom) {
  if (!__JS_AtomIsTaggedInt(atom)) is_used[atom] = true;
}

/** Marks the names that a function and those in it need; names of captured variables only serve messages, and are left out. */
static void use_atoms(const JSFunctionBytecode *function) {
  use_atom(function->func_name);
  for (int at = 0; at < function->byte_code_len;) {
    const JSOpCode *code = &short_opcode_info(function->byte_code_buf[at]);
    if (code->fmt == OP_FMT_atom || code->fmt == OP_FMT_atom_u8 || code->fmt == OP_FMT_atom_u16 ||
        code->fmt == OP_FMT_atom_label_u8 || code->fmt == OP_FMT_atom_label_u16)
      use_atom(get_u32(function->byte_code_buf + at + 1));
    at += code->size;
  }
  for (int i = 0; i < function->cpool_count; i += 1) {
    const JSValue value = function->cpool[i];
    if (JS_VALUE_GET_TAG(value) == JS_TAG_FUNCTION_BYTECODE) use_atoms(JS_VALUE_GET_PTR(value));
    if (JS_VALUE_GET_TAG(value) == JS_TAG_STRING && JS_VALUE_GET_STRING(value)->atom_type != 0)
      use_atom(js_get_atom_index(runtime, JS_VALUE_GET_STRING(value)));
  }
}

/** A string with the name of its C object, whose fields are those of JSString and then its characters. */
static void write_string(const char *kind, int number, const JSString *string, uint32_t hash_next) {
  const int units = (int)string->len + (string->is_wide_char ? 0 : 1);
  fprintf(output, "static const struct { JSString head; uint%d_t text[%d]; } %s%d = {{{JS_ROM_REF_COUNT}, %u, %u, %u, %u, %uu}, {",
          string->is_wide_char ? 16 : 8, units == 0 ? 1 : units, kind, number, string->len, string->is_wide_char, string->hash,
          string->atom_type, hash_next);
  for (int i = 0; i < (int)string->len; i += 1) fprintf(output, "%d,", string_get(string, i));
  fputs("0}};\n", output);
}

static uint32_t write_atoms(uint32_t *hash_mask) {
  static uint16_t first[ATOMS_MAX + 1];
  uint32_t count = (uint32_t)runtime->atom_size, used = 0;
  if (count > ATOMS_MAX) give_up("too many names");
  while (count > 0 && !is_used[count - 1]) count -= 1;
  for (uint32_t i = 0; i < count; i += 1) used += is_used[i];
  for (*hash_mask = 1; *hash_mask < used / 2; *hash_mask = *hash_mask * 2 + 1) {}
  for (uint32_t i = 0; i < count; i += 1) {
    if (!is_used[i]) continue;
    const JSAtomStruct *atom = runtime->atom_array[i];
    uint16_t *chain = &first[atom->hash & *hash_mask];
    const bool is_found_by_text = atom->atom_type != JS_ATOM_TYPE_SYMBOL;
    write_string("a", (int)i, atom, i << 16 | (is_found_by_text ? *chain : 0));
    if (is_found_by_text) *chain = (uint16_t)i;
  }
  fputs("static const JSString *const atoms[] = {\n", output);
  for (uint32_t i = 0; i < count; i += 1) fprintf(output, is_used[i] ? "&a%u.head,\n" : "0,\n", i);
  fputs("};\nstatic const uint16_t atom_hash[] = {", output);
  for (uint32_t i = 0; i <= *hash_mask; i += 1) fprintf(output, "%u,", first[i]);
  fputs("};\n", output);
  return count;
}

/** The same number for a target whose digits have 32 bits and for one whose digits have 64. */
static void write_big_integer(int number, JSValue value) {
  JSBigIntBuf buffer;
  const JSBigInt *integer =
      JS_VALUE_GET_TAG(value) == JS_TAG_SHORT_BIG_INT ? js_bigint_set_short(&buffer, value) : JS_VALUE_GET_PTR(value);
  uint32_t digits[64], count = integer->len * 2;
  if (count > 64) give_up("a number is too long");
  for (uint32_t i = 0; i < count; i += 1) digits[i] = (uint32_t)(integer->tab[i / 2] >> (i % 2 * 32));
  while (count > 1 && digits[count - 1] == (digits[count - 2] >> 31 == 1 ? 0xffffffffu : 0)) count -= 1;
  fprintf(output, "#if JS_LIMB_BITS == 32\n");
  if (count > 1) {
    fprintf(output, "static const struct { JSBigInt head; uint32_t digits[%u]; } s%d = {{{JS_ROM_REF_COUNT}, %u}, {", count, number, count);
    for (uint32_t i = 0; i < count; i += 1) fprintf(output, "%uu,", digits[i]);
    fputs("}};\n", output);
  }
  fprintf(output, count > 1 ? "#define b%d ROM_POINTER(JS_TAG_BIG_INT, s%d)\n" : "#define b%d ROM_SHORT_BIG_INT(%d)\n", number,
          count > 1 ? number : (int)digits[0]);
  fprintf(output, "#else\n");
  if (integer->len > 1) {
    fprintf(output, "static const struct { JSBigInt head; uint64_t digits[%u]; } s%d = {{{JS_ROM_REF_COUNT}, %u}, {", integer->len, number,
            integer->len);
    for (uint32_t i = 0; i < integer->len; i += 1) fprintf(output, "%lluu,", (unsigned long long)integer->tab[i]);
    fprintf(output, "}};\n#define b%d ROM_POINTER(JS_TAG_BIG_INT, s%d)\n", number, number);
  } else {
    fprintf(output, "#define b%d ROM_SHORT_BIG_INT(INT64_C(%lld))\n", number, (long long)integer->tab[0]);
  }
  fprintf(output, "#endif\n");
}

static int write_function(const JSFunctionBytecode *function);

/** Writes what a constant refers to. @returns the number of the object, if there is one */
static int write_target(JSValue value) {
  switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_FUNCTION_BYTECODE:
      return write_function(JS_VALUE_GET_PTR(value));
    case JS_TAG_STRING:
      if (JS_VALUE_GET_STRING(value)->atom_type != 0) return 0;
      write_string("s", strings, JS_VALUE_GET_STRING(value), 0);
      return strings++;
    case JS_TAG_BIG_INT:
    case JS_TAG_SHORT_BIG_INT:
      write_big_integer(strings, value);
      return strings++;
    default:
      return 0;
  }
}

static void write_constant(JSValue value, int target) {
  switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_FUNCTION_BYTECODE:
      fprintf(output, "ROM_POINTER(JS_TAG_FUNCTION_BYTECODE, f%d),\n", target);
      return;
    case JS_TAG_STRING:
      if (JS_VALUE_GET_STRING(value)->atom_type == 0) fprintf(output, "ROM_POINTER(JS_TAG_STRING, s%d),\n", target);
      else fprintf(output, "ROM_POINTER(JS_TAG_STRING, a%u),\n", js_get_atom_index(runtime, JS_VALUE_GET_STRING(value)));
      return;
    case JS_TAG_BIG_INT:
    case JS_TAG_SHORT_BIG_INT:
      fprintf(output, "b%d,\n", target);
      return;
    case JS_TAG_FLOAT64: {
      const JSFloat64Union number = {.d = JS_VALUE_GET_FLOAT64(value)};
      fprintf(output, "ROM_FLOAT64(UINT64_C(%llu), %a),\n", (unsigned long long)number.u64, number.d);
      return;
    }
    case JS_TAG_INT:
    case JS_TAG_BOOL:
    case JS_TAG_NULL:
    case JS_TAG_UNDEFINED:
      fprintf(output, "ROM_PLAIN(%d, %d),\n", JS_VALUE_GET_TAG(value), JS_VALUE_GET_INT(value));
      return;
    default:
      give_up("a constant of a kind that isn't foreseen");
  }
}

static int write_function(const JSFunctionBytecode *function) {
  if (function->vardefs != NULL || function->has_debug) give_up("a function isn't stripped");
  int targets[function->cpool_count + 1];
  for (int i = 0; i < function->cpool_count; i += 1) targets[i] = write_target(function->cpool[i]);
  const int number = functions++;
  if (function->cpool_count > 0) {
    fprintf(output, "static const rom_value k%d[] = {\n", number);
    for (int i = 0; i < function->cpool_count; i += 1) write_constant(function->cpool[i], targets[i]);
    fputs("};\n", output);
  }
  if (function->closure_var_count > 0) {
    fprintf(output, "static const JSClosureVar v%d[] = {", number);
    for (int i = 0; i < function->closure_var_count; i += 1) {
      const JSClosureVar *variable = &function->closure_var[i];
      fprintf(output, "{%u,%u,%u,%u,%u,%u},", variable->is_local, variable->is_arg, variable->is_const, variable->is_lexical,
              variable->var_kind, variable->var_idx);
    }
    fputs("};\n", output);
  }
  fprintf(output, "static const uint8_t c%d[] = {", number);
  for (int i = 0; i < function->byte_code_len; i += 1) fprintf(output, "%u,", function->byte_code_buf[i]);
  fprintf(output, "};\nstatic const JSFunctionBytecode f%d = {.header = {JS_ROM_REF_COUNT, JS_GC_OBJ_TYPE_FUNCTION_BYTECODE}, ", number);
  fprintf(output, ".byte_code_buf = (uint8_t *)c%d, .read_only_bytecode = 1, ", number);
  if (function->cpool_count > 0) fprintf(output, ".cpool = (JSValue *)k%d, ", number);
  if (function->closure_var_count > 0) fprintf(output, ".closure_var = (JSClosureVar *)v%d, ", number);
#define WRITE_FIELD(name) fprintf(output, "." #name " = %u, ", (unsigned)function->name)
  WRITE_FIELD(js_mode);
  WRITE_FIELD(has_prototype);
  WRITE_FIELD(has_simple_parameter_list);
  WRITE_FIELD(is_derived_class_constructor);
  WRITE_FIELD(need_home_object);
  WRITE_FIELD(func_kind);
  WRITE_FIELD(new_target_allowed);
  WRITE_FIELD(super_call_allowed);
  WRITE_FIELD(super_allowed);
  WRITE_FIELD(arguments_allowed);
  WRITE_FIELD(is_direct_or_indirect_eval);
  WRITE_FIELD(byte_code_len);
  WRITE_FIELD(func_name);
  WRITE_FIELD(arg_count);
  WRITE_FIELD(var_count);
  WRITE_FIELD(defined_arg_count);
  WRITE_FIELD(stack_size);
  WRITE_FIELD(cpool_count);
  WRITE_FIELD(closure_var_count);
  fputs("};\n", output);
  return number;
}

int main(int count, char **words) {
  if (count != 3) {
    fputs("usage: comptoir-compile SCRIPT OUTPUT.c\n", stderr);
    return 2;
  }
  size_t length;
  const char *text = read_script(words[1], &length);
  runtime = JS_NewRuntime();
  JSContext *context = JS_NewContextRaw(runtime);
  JS_AddIntrinsicEval(context);
  add_intrinsics(context);
  if (runtime->atom_size > ATOMS_MAX) give_up("too many names");
  for (int i = 0; i < runtime->atom_size; i += 1) is_used[i] = !atom_is_free(runtime->atom_array[i]);
  JS_SetStripInfo(runtime, JS_STRIP_DEBUG);
  JSValue script = JS_Eval(context, text, length, "firmware.js", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
  if (JS_IsException(script)) {
    JSValue thrown = JS_GetException(context);
    fprintf(stderr, "%s: %s\n", words[1], JS_ToCString(context, thrown));
    return 1;
  }
  output = fopen(words[2], "w");
  if (output == NULL) {
    perror(words[2]);
    return 1;
  }
  fputs("#include \"romScript.h\"\n", output);
  use_atoms(JS_VALUE_GET_PTR(script));
  uint32_t hash_mask;
  const uint32_t atoms = write_atoms(&hash_mask);
  const int main_function = write_function(JS_VALUE_GET_PTR(script));
  fprintf(output, "const JSRom js_rom = {%u, %u, atoms, atom_hash, %u, &f%d};\n", atoms, atoms, hash_mask, main_function);
  return fclose(output) == 0 ? 0 : 1;
}
