/**
 * comptoir-compile SCRIPT OUTPUT.c: a script as C initialisers of the engine's own structures. It is run here, up to its entry; its
 * functions, constants and names, and all that it has made by then, are used where they lie, in flash. Runs on the machine that builds;
 * the C compiler of the target gives the layout.
 * comptoir-compile --c-functions OUTPUT.h: makes the engine's C functions known by name to what is written so.
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
static JSContext *context;
static FILE *output;
static bool is_used[ATOMS_MAX + 1];
static JSShape *function_shape, *generator_shape; /* of functions without properties */
static JSValue begin; /* what the script handed over */
static bool has_begin;

static _Noreturn void give_up(const char *why) {
  fprintf(stderr, "comptoir-compile: %s\n", why);
  exit(1);
}
static _Noreturn void give_up_about(const char *why, JSAtom name) {
  const char *text = JS_AtomToCString(context, name);
  fprintf(stderr, "comptoir-compile: %s: %s\n", text == NULL ? "" : text, why);
  exit(1);
}
static _Noreturn void give_up_thrown(const char *path) {
  JSValue thrown = JS_GetException(context);
  fprintf(stderr, "%s: %s\n", path, JS_ToCString(context, thrown));
  exit(1);
}

#include "cFunctions.h"
#include "romCode.h"
#include "romGraph.h"
#include "romWriter.h"

/** How a bundle marks where a module begins. The last one is the entry: it alone knows `board`, and becomes a function of it. */
static const char module_start[] = "\n// src/", entry_start[] = "\nwhenStarted(function (board) {", entry_end[] = "\n});";

static const char *last_module(const char *text) {
  const char *last = text;
  for (const char *at = text; (at = strstr(at, module_start)) != NULL; at += 1) last = at;
  return last;
}

/** The script, with its entry as what it hands over. */
static const char *read_script(const char *path, size_t *length) {
  static char read[SCRIPT_BYTES_MAX + 1], text[SCRIPT_BYTES_MAX + sizeof entry_start + sizeof entry_end];
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  read[fread(read, 1, SCRIPT_BYTES_MAX, file)] = 0;
  fclose(file);
  const char *entry = last_module(read);
  *length = (size_t)sprintf(text, "%.*s%s%s%s", (int)(entry - read), read, entry_start, entry, entry_end);
  return text;
}

/** The globals that engine.d.ts declares; the others go, as they do on every target. */
static const char *const kept_globals[] = {
  "undefined", "NaN", "Infinity", "Object", "Symbol", "Boolean", "Number", "BigInt", "String", "Math", "Error", "JSON",
  "Array", "Map", "Set", "Uint8Array", "Int32Array", "DataView",
};

static bool is_kept(const char *name) {
  for (size_t i = 0; i < sizeof kept_globals / sizeof kept_globals[0]; i += 1)
    if (strcmp(name, kept_globals[i]) == 0) return true;
  return false;
}

static void remove_other_globals(void) {
  JSPropertyEnum *names;
  uint32_t count;
  if (JS_GetOwnPropertyNames(context, &names, &count, context->global_obj, JS_GPN_STRING_MASK) < 0) give_up("no globals");
  for (uint32_t i = 0; i < count; i += 1)
    if (!is_kept(JS_AtomToCString(context, names[i].atom))) JS_DeleteProperty(context, context->global_obj, names[i].atom, 0);
}

/** The script's entry: what it hands over is called with the board, at each start. */
static JSValue when_started(JSContext *asking, JSValueConst self, int count, JSValueConst *given) {
  (void)self;
  if (count < 1 || !JS_IsFunction(asking, given[0]) || has_begin) return JS_ThrowTypeError(asking, "one function is handed over");
  begin = JS_DupValue(asking, given[0]);
  has_begin = true;
  return JS_UNDEFINED;
}

static JSShape *shape_of_class(JSClassID class_id) { return JS_VALUE_GET_OBJ(JS_NewObjectClass(context, class_id))->shape; }

static void start_engine(void) {
  runtime = JS_NewRuntime();
  context = JS_NewContextRaw(runtime);
  JS_AddIntrinsicEval(context);
  add_intrinsics(context);
  if (runtime->atom_size > ATOMS_MAX) give_up("too many names");
  for (int i = 0; i < runtime->atom_size; i += 1) is_used[i] = !atom_is_free(runtime->atom_array[i]);
  JS_SetStripInfo(runtime, JS_STRIP_DEBUG);
  function_shape = shape_of_class(JS_CLASS_BYTECODE_FUNCTION);
  generator_shape = shape_of_class(JS_CLASS_GENERATOR_FUNCTION);
}

/** Compiles and runs it. */
static void run_to_entry(const char *path) {
  size_t length;
  const char *text = read_script(path, &length);
  remove_other_globals();
  JS_SetPropertyStr(context, context->global_obj, "whenStarted", JS_NewCFunction(context, when_started, "whenStarted", 1));
  JSValue script = JS_Eval(context, text, length, "firmware.js", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
  if (JS_IsException(script)) give_up_thrown(path);
  prepare_functions(JS_VALUE_GET_PTR(script), true);
  if (JS_IsException(JS_EvalFunction(context, JS_DupValue(context, script)))) give_up_thrown(path);
  if (!has_begin) give_up("the script handed over nothing");
  JS_DeleteProperty(context, context->global_obj, JS_NewAtom(context, "whenStarted"), 0);
  context->eval_obj = JS_UNDEFINED; /* no board has it */
  JS_RunGC(runtime);
  if (runtime->atom_size > ATOMS_MAX) give_up("too many names");
}

/** The fields of a context that are values, from the first to the last before the global object. */
static uint32_t context_values(const JSValue **first) {
  *first = &context->function_proto;
  return (uint32_t)(&context->global_obj - &context->function_proto);
}

/** An object with the names that are assigned after the entry. */
static JSObject *assigned_globals(void) {
  JSValue globals = JS_NewObject(context);
  for (JSAtom name = 0; name <= ATOMS_MAX; name += 1) {
    if (!is_assigned[name]) continue;
    JSValue value = value_of_name(name);
    if (!JS_IsException(value)) JS_DefinePropertyValue(context, globals, name, JS_DupValue(context, value), JS_PROP_C_W_E);
  }
  return JS_VALUE_GET_OBJ(globals);
}

static void write_script(void) {
  const JSValue *fields;
  const uint32_t field_count = context_values(&fields);
  const JSObject *globals = assigned_globals();
  reach_value(begin);
  for (uint32_t i = 0; i < field_count; i += 1) reach_value(fields[i]);
  for (int i = 0; i < runtime->class_count; i += 1) reach_value(context->class_proto[i]);
  reach(SHAPE, context->array_shape);
  reach(SHAPE, globals->shape);
  for (int i = 0; i < globals->shape->prop_count; i += 1) reach_property(&globals->prop[i], globals->shape->prop[i].flags);
  reach_all();

  fputs("#include \"romScript.h\"\n", output);
  uint32_t hash_mask;
  const uint32_t atoms = write_atoms(&hash_mask);
  write_graph();
  JSValue named[values + 1];
  for (int i = 0; i < values; i += 1) named[i] = value_of_name(value_names[i]);
  write_values("values", 0, named, (uint32_t)values);
  write_values("context", 0, fields, field_count);
  write_values("class_proto", 0, context->class_proto, (uint32_t)runtime->class_count);
  write_values("begin", 0, &begin, 1);
  write_properties("globals", globals);
  fprintf(output, "const JSRom js_rom = {%u, %u, atoms, atom_hash, %u, (JSValue *)values0, (JSValue *)context0, (JSValue *)class_proto0, ", atoms,
          atoms, hash_mask);
  fprintf(output, "&x%d.shape, &x%d.shape, (JSProperty *)globals, shapes, (JSValue *)begin0};\n", reach(SHAPE, context->array_shape),
          reach(SHAPE, globals->shape));
}

/** Each is a `static` function of quickjs.c, which the linker gives no other file. */
static void write_c_function_names(void) {
  remove_other_globals();
  reach(OBJECT, JS_VALUE_GET_PTR(context->global_obj));
  for (int i = 0; i < runtime->class_count; i += 1) reach_value(context->class_proto[i]);
  reach_all();
  for (int i = 0; i < item_count; i += 1) {
    const char *name = c_function_of_item(i);
    if (name != NULL) fprintf(output, "__asm__(\".globl %s\");\n", name);
  }
}

int main(int count, char **words) {
  if (count != 3) {
    fputs("usage: comptoir-compile SCRIPT OUTPUT.c\n       comptoir-compile --c-functions OUTPUT.h\n", stderr);
    return 2;
  }
  output = fopen(words[2], "w");
  if (output == NULL) {
    perror(words[2]);
    return 1;
  }
  read_c_functions(words[0]);
  start_engine();
  if (strcmp(words[1], "--c-functions") == 0) {
    write_c_function_names();
  } else {
    run_to_entry(words[1]);
    write_script();
  }
  return fclose(output) == 0 ? 0 : 1;
}
