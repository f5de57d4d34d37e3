/**
 * A script in the same QuickJS, whole as it comes: what our firmware is measured against under valgrind (simulator/bench/pico).
 *   comptoir-host-peers FILE ROUNDS     runs the script, then its global function `work` so often
 */
#include <stdio.h>
#include <stdlib.h>

#include "quickjs.c"

/** No script of ours is linked in: its atoms, shapes and functions are all in RAM. */
const JSRom js_rom = {.constant_atoms = JS_ATOM_END};

static char *read_whole(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  char *text = NULL;
  if (fseek(file, 0, SEEK_END) == 0) {
    *length = (size_t)ftell(file);
    text = calloc(*length + 1, 1);
    rewind(file);
    if (fread(text, 1, *length, file) != *length) *length = 0;
  }
  fclose(file);
  return text;
}

static int fail(JSContext *context) {
  JSValue thrown = JS_GetException(context);
  const char *text = JS_ToCString(context, thrown);
  fprintf(stderr, "%s\n", text == NULL ? "the script failed" : text);
  return 1;
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  size_t length = 0;
  char *text = read_whole(arguments[1], &length);
  if (text == NULL || length == 0) return 2;
  JSContext *context = JS_NewContext(JS_NewRuntime());
  if (JS_IsException(JS_Eval(context, text, length, arguments[1], JS_EVAL_TYPE_GLOBAL))) return fail(context);
  JSValue global = JS_GetGlobalObject(context), work = JS_GetPropertyStr(context, global, "work");
  for (int rounds = atoi(arguments[2]); rounds > 0; rounds -= 1)
    if (JS_IsException(JS_Call(context, work, JS_UNDEFINED, 0, NULL))) return fail(context);
  return 0; /* its memory goes with the process */
}
