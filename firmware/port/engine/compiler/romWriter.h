/**
 * Writes a compiled script as C. Part of scriptCompiler.c.
 * Names of what is written: aN the atom N, fN and oN a function's code and its object, cN its instructions, kN its constants,
 * vN what it captures, sN a string or a number.
 */

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

static int write_function(const JSFunctionBytecode *function, JSAtom name, bool is_object);
static int rom_objects[ATOMS_MAX + 1];

/** Writes what a constant refers to. @returns the number of the object, if there is one */
static int write_target(const JSFunctionBytecode *function, int constant) {
  const JSValue value = function->cpool[constant];
  switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_FUNCTION_BYTECODE:
      return write_function(JS_VALUE_GET_PTR(value), name_of_constant(function, constant), is_object_constant(function, constant));
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

static void write_constant(const JSFunctionBytecode *function, int constant, int target) {
  const JSValue value = function->cpool[constant];
  switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_FUNCTION_BYTECODE:
      fprintf(output, is_object_constant(function, constant) ? "ROM_POINTER(JS_TAG_OBJECT, o%d),\n" : "ROM_POINTER(JS_TAG_FUNCTION_BYTECODE, f%d),\n", target);
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

/** A function object without properties, to which nothing can be added: its memory is never written. */
static void write_object(const JSFunctionBytecode *function, int number) {
  const bool is_generator = function->func_kind == JS_FUNC_GENERATOR;
  fprintf(output, "static const JSObject o%d = {.__gc_ref_count = JS_ROM_REF_COUNT, .__gc_mark = JS_GC_OBJ_TYPE_JS_OBJECT, ", number);
  fprintf(output, ".class_id = %s, ", is_generator ? "JS_CLASS_GENERATOR_FUNCTION" : "JS_CLASS_BYTECODE_FUNCTION");
  fprintf(output, ".shape = &%s.shape, ", is_generator ? "js_rom_generator_shape" : "js_rom_function_shape");
  fprintf(output, ".u.func.function_bytecode = (JSFunctionBytecode *)&f%d};\n", number);
}

/** The functions of the top level, in the order of their numbers. */
static void write_rom_functions(const JSFunctionBytecode *from, const int *targets) {
  const uint8_t *code = from->byte_code_buf, *end = code + from->byte_code_len;
  for (; code < end; code += size_at(code)) {
    const JSAtom name = rom_declaration_at(from, code);
    if (name != JS_ATOM_NULL) rom_objects[rom_number[name] - 1] = targets[closure_at(code)];
  }
  fputs("static const JSObject *const rom_functions[] = {", output);
  for (int i = 0; i < rom_functions; i += 1) fprintf(output, "&o%d,", rom_objects[i]);
  fputs("0};\n", output);
}

static int write_function(const JSFunctionBytecode *function, JSAtom name, bool is_object) {
  if (function->vardefs != NULL || function->has_debug) give_up("a function isn't stripped");
  int targets[function->cpool_count + 1];
  for (int i = 0; i < function->cpool_count; i += 1) targets[i] = write_target(function, i);
  const int number = functions++;
  if (function == script) write_rom_functions(function, targets);
  if (function->cpool_count > 0) {
    fprintf(output, "static const rom_value k%d[] = {\n", number);
    for (int i = 0; i < function->cpool_count; i += 1) write_constant(function, i, targets[i]);
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
  uint8_t code[function->byte_code_len];
  const int code_length = rewrite_code(function, function == script, code);
  for (int i = 0; i < code_length; i += 1) fprintf(output, "%u,", code[i]);
  fprintf(output, "};\nstatic const JSFunctionBytecode f%d = {.header = {JS_ROM_REF_COUNT, JS_GC_OBJ_TYPE_FUNCTION_BYTECODE}, ", number);
  fprintf(output, ".byte_code_buf = (uint8_t *)c%d, .byte_code_len = %d, .read_only_bytecode = 1, ", number, code_length);
  fprintf(output, ".func_name = %u, ", function->func_name == JS_ATOM_NULL ? name : function->func_name);
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
  WRITE_FIELD(arg_count);
  WRITE_FIELD(var_count);
  WRITE_FIELD(defined_arg_count);
  WRITE_FIELD(stack_size);
  WRITE_FIELD(cpool_count);
  WRITE_FIELD(closure_var_count);
  fputs("};\n", output);
  if (is_object) write_object(function, number);
  return number;
}
