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
static const JSFunctionBytecode *script;

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

#include "romFunctions.h"

static void use_atom(JSAtom atom) {
  if (!__JS_AtomIsTaggedInt(atom)) is_used[atom] = true;
}

/** Marks the names that a function and those in it need; names of captured variables only serve messages, and are left out. */
static void use_atoms(const JSFunctionBytecode *function, JSAtom name) {
  use_atom(function->func_name == JS_ATOM_NULL ? name : function->func_name);
  uint8_t made[function->byte_code_len];
  const uint8_t *code = made, *end = made + rewrite_code(function, function == script, made);
  for (; code < end; code += size_at(code)) {
    const int format = short_opcode_info(code[0]).fmt;
    if (format == OP_FMT_atom || format == OP_FMT_atom_u8 || format == OP_FMT_atom_u16 || format == OP_FMT_atom_label_u8 ||
        format == OP_FMT_atom_label_u16)
      use_atom(get_u32(code + 1));
  }
  for (int i = 0; i < function->cpool_count; i += 1) {
    const JSValue value = function->cpool[i];
    if (JS_VALUE_GET_TAG(value) == JS_TAG_FUNCTION_BYTECODE) use_atoms(JS_VALUE_GET_PTR(value), name_of_constant(function, i));
    if (JS_VALUE_GET_TAG(value) == JS_TAG_STRING && JS_VALUE_GET_STRING(value)->atom_type != 0)
      use_atom(js_get_atom_index(runtime, JS_VALUE_GET_STRING(value)));
  }
}

#include "romWriter.h"

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
  JSValue compiled = JS_Eval(context, text, length, "firmware.js", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
  if (JS_IsException(compiled)) {
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
  script = JS_VALUE_GET_PTR(compiled);
  if (runtime->atom_size > ATOMS_MAX) give_up("too many names");
  find_rom_functions(script);
  use_atoms(script, JS_ATOM_NULL);
  uint32_t hash_mask;
  const uint32_t atoms = write_atoms(&hash_mask);
  const int number = write_function(script, JS_ATOM_NULL, false);
  fprintf(output, "const JSRom js_rom = {%u, %u, atoms, atom_hash, %u, &f%d, rom_functions};\n", atoms, atoms, hash_mask, number);
  return fclose(output) == 0 ? 0 : 1;
}
