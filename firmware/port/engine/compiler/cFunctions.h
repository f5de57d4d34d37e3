/**
 * The engine's C functions by their names: an object of one holds its address in this program. Part of scriptCompiler.c.
 * The names come from this program's own symbols (`nm`), which engine/build.sh puts beside it.
 */

typedef struct {
  uintptr_t address;
  char name[96];
} c_function;

#define C_FUNCTIONS_MAX 16384
static c_function c_functions[C_FUNCTIONS_MAX];
static int c_function_count;

static int by_address(const void *a, const void *b) {
  const uintptr_t first = ((const c_function *)a)->address, second = ((const c_function *)b)->address;
  return first < second ? -1 : first > second;
}

static void read_c_functions(const char *program) {
  char path[4096], line[512], kind;
  snprintf(path, sizeof path, "%s.symbols", program);
  FILE *file = fopen(path, "r");
  if (file == NULL) give_up("its own symbols aren't beside it");
  while (fgets(line, sizeof line, file) != NULL) {
    c_function read;
    if (sscanf(line, "%" SCNxPTR " %c %95s", &read.address, &kind, read.name) != 3 || (kind != 't' && kind != 'T')) continue;
    if (c_function_count == C_FUNCTIONS_MAX) give_up("too many symbols");
    c_functions[c_function_count++] = read;
  }
  fclose(file);
  qsort(c_functions, (size_t)c_function_count, sizeof *c_functions, by_address);
}

/** Functions of the C library, which declares them. */
static const char *name_of_library_function(const void *address) {
  const struct {
    const void *address;
    const char *name;
  } functions[] = {{floor, "floor"}, {ceil, "ceil"}, {trunc, "trunc"}, {fabs, "fabs"}};
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i += 1)
    if (functions[i].address == address) return functions[i].name;
  return NULL;
}

static const char *name_of_c_function(const void *address) {
  const char *of_library = name_of_library_function(address);
  if (of_library != NULL) return of_library;
  const c_function sought = {(uintptr_t)address, ""};
  const c_function *found = bsearch(&sought, c_functions, (size_t)c_function_count, sizeof *c_functions, by_address);
  if (found == NULL) give_up("a function of C has no name");
  return found->name;
}
