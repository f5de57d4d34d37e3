/**
 * comptoir-compile SCRIPT OUTPUT.c: a script to bytecode without source and line numbers, as a C array. Runs on the machine that builds.
 * It must come from the very tree that the device's engine comes from: bytecode holds numbers of atoms.
 */
#include "quickjs.h"

#include <stdio.h>
#include <stdlib.h>

#define SCRIPT_BYTES_MAX (4 * 1024 * 1024)

static char *read_script(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  char *text = malloc(SCRIPT_BYTES_MAX + 1);
  if (file == NULL || text == NULL) {
    perror(path);
    exit(1);
  }
  *length = fread(text, 1, SCRIPT_BYTES_MAX, file);
  text[*length] = 0; /* the parser reads up to it */
  fclose(file);
  return text;
}

static void write_array(FILE *file, const uint8_t *bytes, size_t length) {
  fprintf(file, "#include \"engine.h\"\n\nconst uint32_t comptoir_script_bytes = %zu;\n", length);
  fputs("const uint8_t comptoir_script[] __attribute__((aligned(4))) = {", file);
  for (size_t i = 0; i < length; i += 1) fprintf(file, "%s%u,", i % 32 == 0 ? "\n" : "", bytes[i]);
  fputs("\n};\n", file);
}

int main(int count, char **words) {
  if (count != 3) {
    fputs("usage: comptoir-compile SCRIPT OUTPUT.c\n", stderr);
    return 2;
  }
  size_t length, bytecode_bytes;
  char *text = read_script(words[1], &length);
  JSRuntime *runtime = JS_NewRuntime();
  JSContext *context = JS_NewContext(runtime);
  JS_SetStripInfo(runtime, JS_STRIP_DEBUG);
  JSValue script = JS_Eval(context, text, length, "firmware.js", JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
  if (JS_IsException(script)) {
    JSValue thrown = JS_GetException(context);
    fprintf(stderr, "%s: %s\n", words[1], JS_ToCString(context, thrown));
    return 1;
  }
  uint8_t *bytecode = JS_WriteObject(context, &bytecode_bytes, script, JS_WRITE_OBJ_BYTECODE);
  FILE *file = bytecode == NULL ? NULL : fopen(words[2], "w");
  if (file == NULL) {
    perror(words[2]);
    return 1;
  }
  write_array(file, bytecode, bytecode_bytes);
  return fclose(file) == 0 ? 0 : 1;
}
