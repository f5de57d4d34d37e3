/**
 * Writes as C what the graph reaches. Part of scriptCompiler.c.
 * Names of what is written: a letter for its kind and its number.
 *   a  atom           c  instructions   f  code          k  constants   v  what code captures   o  function that captures nothing
 *   h  object         p  properties     e  elements      r  captured variables of a function    d  bytes of a buffer   b  buffer
 *   t  typed array    m  map            n  its records   g  its chains  x  shape                w  captured variable   s  string, number
 *   i  number as an initialiser
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
static void write_big_integer(int number, const JSBigInt *integer) {
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
  fprintf(output, count > 1 ? "#define i%d ROM_POINTER(JS_TAG_BIG_INT, s%d)\n" : "#define i%d ROM_SHORT_BIG_INT(%d)\n", number,
          count > 1 ? number : (int)digits[0]);
  fprintf(output, "#else\n");
  if (integer->len > 1) {
    fprintf(output, "static const struct { JSBigInt head; uint64_t digits[%u]; } s%d = {{{JS_ROM_REF_COUNT}, %u}, {", integer->len, number,
            integer->len);
    for (uint32_t i = 0; i < integer->len; i += 1) fprintf(output, "%lluu,", (unsigned long long)integer->tab[i]);
    fprintf(output, "}};\n#define i%d ROM_POINTER(JS_TAG_BIG_INT, s%d)\n", number, number);
  } else {
    fprintf(output, "#define i%d ROM_SHORT_BIG_INT(INT64_C(%lld))\n", number, (long long)integer->tab[0]);
  }
  fprintf(output, "#endif\n");
}

/** A value, as an initialiser. */
static void write_value(JSValue given) {
  const JSValue value = as_string(given);
  switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_OBJECT: fprintf(output, "ROM_POINTER(JS_TAG_OBJECT, h%d)", reach(OBJECT, JS_VALUE_GET_PTR(value))); return;
    case JS_TAG_STRING:
      if (JS_VALUE_GET_STRING(value)->atom_type == 0) fprintf(output, "ROM_POINTER(JS_TAG_STRING, s%d)", reach(STRING, JS_VALUE_GET_PTR(value)));
      else fprintf(output, "ROM_POINTER(JS_TAG_STRING, a%u)", js_get_atom_index(runtime, JS_VALUE_GET_STRING(value)));
      return;
    case JS_TAG_SYMBOL: fprintf(output, "ROM_POINTER(JS_TAG_SYMBOL, a%u)", js_get_atom_index(runtime, JS_VALUE_GET_PTR(value))); return;
    case JS_TAG_BIG_INT:
    case JS_TAG_SHORT_BIG_INT: fprintf(output, "i%d", reach(BIG_INT, as_big_integer(value))); return;
    case JS_TAG_FLOAT64: {
      const JSFloat64Union number = {.d = JS_VALUE_GET_FLOAT64(value)};
      fprintf(output, "ROM_FLOAT64(UINT64_C(%llu), %a)", (unsigned long long)number.u64, number.d);
      return;
    }
    default: fprintf(output, "ROM_PLAIN(%d, %d)", JS_VALUE_GET_TAG(value), JS_VALUE_GET_INT(value));
  }
}

static void write_values(const char *letter, int number, const JSValue *given, uint32_t count) {
  fprintf(output, "static const rom_value %s%d[] = {", letter, number);
  for (uint32_t i = 0; i < count; i += 1) {
    write_value(given[i]);
    fputs(",\n", output);
  }
  fputs("};\n", output);
}

/** A function object without properties: nothing of it is asked for but its code. */
static void write_function_object(const JSFunctionBytecode *function, int number) {
  const bool is_generator = function->func_kind == JS_FUNC_GENERATOR;
  fprintf(output, "static const JSObject o%d = {.header = ROM_OBJECT(0, %d, 0), .shape = (JSShape *)&x%d.shape, ", number,
          is_generator ? JS_CLASS_GENERATOR_FUNCTION : JS_CLASS_BYTECODE_FUNCTION,
          reach(SHAPE, is_generator ? generator_shape : function_shape));
  fprintf(output, ".u.func.function_bytecode = (JSFunctionBytecode *)&f%d};\n", number);
}

static void write_constants(const JSFunctionBytecode *function, int number) {
  fprintf(output, "static const rom_value k%d[] = {", number);
  for (int i = 0; i < function->cpool_count; i += 1) {
    if (JS_VALUE_GET_TAG(function->cpool[i]) != JS_TAG_FUNCTION_BYTECODE) write_value(function->cpool[i]);
    else fprintf(output, is_object_constant(function, i) ? "ROM_POINTER(JS_TAG_OBJECT, o%d)" : "ROM_POINTER(JS_TAG_FUNCTION_BYTECODE, f%d)",
                 reach(CODE, JS_VALUE_GET_PTR(function->cpool[i])));
    fputs(",\n", output);
  }
  fputs("};\n", output);
}

static void write_code(const JSFunctionBytecode *function, int number, bool is_object) {
  if (function->cpool_count > 0) write_constants(function, number);
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
  rewrite_code(function, code);
  for (int i = 0; i < function->byte_code_len; i += 1) fprintf(output, "%u,", code[i]);
  fprintf(output, "};\nstatic const JSFunctionBytecode f%d = {.header = {JS_ROM_REF_COUNT, JS_GC_OBJ_TYPE_FUNCTION_BYTECODE}, ", number);
  fprintf(output, ".byte_code_buf = (uint8_t *)c%d, .read_only_bytecode = 1, ", number);
  if (function->cpool_count > 0) fprintf(output, ".cpool = (JSValue *)k%d, ", number);
  if (function->closure_var_count > 0) fprintf(output, ".closure_var = (JSClosureVar *)v%d, ", number);
#define WRITE_FIELD(name) fprintf(output, "." #name " = %u, ", (unsigned)function->name)
  WRITE_FIELD(byte_code_len);
  WRITE_FIELD(func_name);
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
  if (is_object) write_function_object(function, number);
}

/** As the engine computes it, but with the number of a prototype in place of its address. */
static uint32_t hash_of_shape(const JSShape *shape) {
  uint32_t hash = shape_hash(1, shape->proto == NULL ? 0 : (uint32_t)reach(OBJECT, shape->proto) + 1);
  for (int i = 0; i < shape->prop_count; i += 1) hash = shape_hash(shape_hash(hash, shape->prop[i].atom), shape->prop[i].flags);
  return hash;
}

/** The first shape of each chain, by its number + 1. */
static int first_shape[1 << JS_ROM_SHAPE_BITS];

static void declare_shape(const JSShape *shape, int number) {
  fprintf(output, "static const struct { uint32_t hash[%u]; JSShape shape; JSShapeProperty properties[%d]; } x%d", shape->prop_hash_mask + 1,
          shape->prop_size == 0 ? 1 : shape->prop_size, number);
}

/** Shapes are written in the order of their numbers: what follows in a chain is written already. */
static void write_shape(const JSShape *shape, int number) {
  declare_shape(shape, number);
  fputs(" = {{", output);
  for (int i = (int)shape->prop_hash_mask; i >= 0; i -= 1) fprintf(output, "%u,", prop_hash_end((JSShape *)shape)[-i - 1]);
  const uint32_t hash = hash_of_shape(shape);
  fprintf(output, "}, {.header = {JS_ROM_REF_COUNT, JS_GC_OBJ_TYPE_SHAPE}, .is_hashed = %u, .has_small_array_index = %u, .hash = %uu, ",
          shape->is_hashed, shape->has_small_array_index, hash);
  fprintf(output, ".prop_hash_mask = %u, .prop_size = %d, .prop_count = %d, .deleted_prop_count = %d, ", shape->prop_hash_mask,
          shape->prop_size, shape->prop_count, shape->deleted_prop_count);
  if (shape->proto != NULL) fprintf(output, ".proto = (JSObject *)&h%d, ", reach(OBJECT, shape->proto));
  if (shape->is_hashed) {
    int *first = &first_shape[get_shape_hash(hash, JS_ROM_SHAPE_BITS)];
    if (*first != 0) fprintf(output, ".shape_hash_next = (JSShape *)&x%d.shape, ", *first - 1);
    *first = number + 1;
  }
  fputs("}, {", output);
  for (int i = 0; i < shape->prop_count; i += 1)
    fprintf(output, "{%u,%u,%u},", shape->prop[i].hash_next, shape->prop[i].flags, shape->prop[i].atom);
  fputs("}};\n", output);
}

static void write_property(const JSProperty *property, const JSShapeProperty *shape) {
  if (shape->atom == JS_ATOM_NULL) {
    fputs("{}", output);
  } else if ((shape->flags & JS_PROP_TMASK) == JS_PROP_GETSET) {
    const JSObject *const functions[] = {property->u.getset.getter, property->u.getset.setter};
    fputs("{.getset = {", output);
    for (int i = 0; i < 2; i += 1) {
      if (functions[i] == NULL) fputs("0,", output);
      else fprintf(output, "&h%d,", reach(OBJECT, functions[i]));
    }
    fputs("}}", output);
  } else {
    fputs("{.value = ", output);
    write_value(property->u.value);
    fputs("}", output);
  }
}

static void write_properties(const char *name, const JSObject *object) {
  fprintf(output, "static const rom_property %s[] = {", name);
  for (int i = 0; i < object->shape->prop_count; i += 1) {
    write_property(&object->prop[i], &object->shape->prop[i]);
    fputs(",\n", output);
  }
  fputs("};\n", output);
}

static void write_bytes(int number, const JSArrayBuffer *buffer) {
  fprintf(output, "static const uint8_t d%d[] __attribute__((aligned(8))) = {", number);
  for (int i = 0; i < buffer->byte_length; i += 1) fprintf(output, "%u,", buffer->data[i]);
  fprintf(output, "0};\nstatic const JSArrayBuffer b%d = {.byte_length = %d, .data = (uint8_t *)d%d};\n", number, buffer->byte_length, number);
}

static void write_map(int number, const JSMapState *map) {
  const JSMapRecord *records[map->record_count + 1];
  uint32_t count = 0;
  struct list_head *link;
  list_for_each(link, &map->records) records[count++] = list_entry(link, JSMapRecord, link);
  fprintf(output, "static const JSMapState m%d;\nstatic const rom_map_record n%d[%u];\n", number, number, count + 1);
#define WRITE_LINK(at) \
  if ((at) < count) fprintf(output, "(struct list_head *)&n%d[%u].link, ", number, (unsigned)(at)); \
  else fprintf(output, "(struct list_head *)&m%d.records, ", number)
  fprintf(output, "static const rom_map_record n%d[%u] = {", number, count + 1);
  for (uint32_t i = 0; i < count; i += 1) {
    fputs("{.ref_count = JS_ROM_REF_COUNT, .link = {", output);
    WRITE_LINK(i - 1);
    WRITE_LINK(i + 1);
    fputs("}, ", output);
    for (uint32_t next = 0; next < count; next += 1)
      if (records[next] == records[i]->hash_next) fprintf(output, ".hash_next = &n%d[%u], ", number, next);
    fputs(".key = ", output);
    write_value(records[i]->key);
    fputs(", .value = ", output);
    write_value(records[i]->value);
    fputs("},\n", output);
  }
  fprintf(output, "};\nstatic const rom_map_record *const g%d[] = {", number);
  for (uint32_t chain = 0; chain < map->hash_size; chain += 1) {
    uint32_t first = 0;
    while (first < count && records[first] != map->hash_table[chain]) first += 1;
    if (first < count) fprintf(output, "&n%d[%u],", number, first);
    else fputs("0,", output);
  }
  fprintf(output, "};\nstatic const JSMapState m%d = {.records = {", number);
  WRITE_LINK(count - 1);
  WRITE_LINK((uint32_t)0);
  fprintf(output, "}, .record_count = %u, .hash_table = (JSMapRecord **)g%d, .hash_bits = %d, .hash_size = %u, .record_count_threshold = %u};\n",
          map->record_count, number, map->hash_bits, map->hash_size, map->record_count_threshold);
}

static void write_captured(int number, const JSVarRef *captured) {
  fprintf(output, "static const rom_captured w%d = {.header = {JS_ROM_REF_COUNT, JS_GC_OBJ_TYPE_VAR_REF, 0, 1}, .pvalue = &w%d.value, .value = ",
          number, number);
  write_value(captured->value);
  fputs("};\n", output);
}

/** What belongs to an object alone, before it. */
static void write_parts(int number, const JSObject *object) {
  char name[16];
  snprintf(name, sizeof name, "p%d", number);
  write_properties(name, object);
  const int class_id = object->class_id;
  if (class_id == JS_CLASS_ARRAY && object->fast_array) {
    write_values("e", number, object->u.array.u.values, object->u.array.count);
  } else if (js_class_has_bytecode(class_id)) {
    fprintf(output, "static const rom_captured *const r%d[] = {", number);
    for (int i = 0; i < object->u.func.function_bytecode->closure_var_count; i += 1)
      fprintf(output, "&w%d,", reach(CAPTURED, object->u.func.var_refs[i]));
    fputs("};\n", output);
  } else if (is_typed_array(class_id) || class_id == JS_CLASS_DATAVIEW) {
    const JSTypedArray *array = object->u.typed_array;
    fprintf(output, "static const JSTypedArray t%d = {.obj = (JSObject *)&h%d, .buffer = (JSObject *)&h%d, .offset = %u, .length = %u};\n",
            number, number, reach(OBJECT, array->buffer), array->offset, array->length);
  } else if (class_id == JS_CLASS_MAP || class_id == JS_CLASS_SET) {
    write_map(number, object->u.map_state);
  }
}

/** A value in the place of the first two fields of `func`: a constant of C can't hold an address in half of a number. */
static void write_data(JSValue value) {
  const int tag = JS_VALUE_GET_TAG(value);
  if (tag == JS_TAG_STRING) fprintf(output, ".u.func = {(void *)&a%u, ROM_TAG(%d)}", js_get_atom_index(runtime, JS_VALUE_GET_STRING(value)), tag);
  else fprintf(output, ".u.func = {ROM_INT(%d), ROM_TAG(%d)}", JS_VALUE_GET_INT(value), tag);
}

static void write_object(int number, const JSObject *object) {
  const unsigned flags = object->is_exotic << 2 | object->fast_array << 3 | object->is_constructor << 4; /* and not extensible */
  const int class_id = object->class_id;
  write_parts(number, object);
  fprintf(output, "static const JSObject h%d = {.header = ROM_OBJECT(%u, %d, %d), .shape = (JSShape *)&x%d.shape, .prop = (JSProperty *)p%d, ",
          number, flags, class_id, number + 1, reach(SHAPE, object->shape), number);
  if (class_id == JS_CLASS_ARRAY && object->fast_array) {
    fprintf(output, ".u.array = {.u1.size = %u, .u.values = (JSValue *)e%d, .count = %u}", object->u.array.count, number, object->u.array.count);
  } else if (class_id == JS_CLASS_C_FUNCTION) {
    fprintf(output, ".u.cfunc = {.c_function.generic = (JSCFunction *)(void *)%s, .length = %u, .cproto = %u, .magic = %d}",
            name_of_c_function((const void *)object->u.cfunc.c_function.generic), object->u.cfunc.length, object->u.cfunc.cproto, object->u.cfunc.magic);
  } else if (js_class_has_bytecode(class_id)) {
    fprintf(output, ".u.func = {(JSFunctionBytecode *)&f%d, (JSVarRef **)r%d, ", reach(CODE, object->u.func.function_bytecode), number);
    if (object->u.func.home_object != NULL) fprintf(output, "(JSObject *)&h%d", reach(OBJECT, object->u.func.home_object));
    fputs("}", output);
  } else if (is_typed_array(class_id)) {
    const JSTypedArray *array = object->u.typed_array;
    fprintf(output, ".u.array = {.u1.typed_array = (JSTypedArray *)&t%d, .u.ptr = (void *)(d%d + %u), .count = %u}", number,
            reach(OBJECT, array->buffer), array->offset, object->u.array.count);
  } else if (class_id == JS_CLASS_DATAVIEW) {
    fprintf(output, ".u.typed_array = (JSTypedArray *)&t%d", number);
  } else if (class_id == JS_CLASS_ARRAY_BUFFER) {
    fprintf(output, ".u.array_buffer = (JSArrayBuffer *)&b%d", number);
  } else if (class_id == JS_CLASS_MAP || class_id == JS_CLASS_SET) {
    fprintf(output, ".u.map_state = (JSMapState *)&m%d", number);
  } else if (has_data(class_id)) {
    write_data(object->u.object_data);
  }
  fputs("};\n", output);
}

/** The name of the engine's C function that an object has, by the first object that has it; NULL: none. */
static const char *c_function_of_item(int number) {
  const JSObject *object = items[number].address;
  if (items[number].kind != OBJECT || object->class_id != JS_CLASS_C_FUNCTION) return NULL;
  if (name_of_library_function((const void *)object->u.cfunc.c_function.generic) != NULL) return NULL;
  for (int i = 0; i < number; i += 1) {
    const JSObject *before = items[i].address;
    if (items[i].kind == OBJECT && before->class_id == JS_CLASS_C_FUNCTION &&
        before->u.cfunc.c_function.generic == object->u.cfunc.c_function.generic)
      return NULL;
  }
  return name_of_c_function((const void *)object->u.cfunc.c_function.generic);
}

/** So that all may name each other. */
static void declare(int number, const item *given) {
  switch (given->kind) {
    case OBJECT: fprintf(output, "static const JSObject h%d;\n", number); return;
    case CODE: fprintf(output, given->is_object ? "static const JSFunctionBytecode f%d;\nstatic const JSObject o%d;\n" : "static const JSFunctionBytecode f%d;\n", number, number); return;
    case CAPTURED: fprintf(output, "static const rom_captured w%d;\n", number); return;
    case SHAPE:
    case STRING:
    case BIG_INT: return;
  }
}

static bool comes_first(const item *given) {
  const JSObject *const object = given->address;
  return given->kind == STRING || given->kind == BIG_INT || given->kind == SHAPE ||
         (given->kind == OBJECT && object->class_id == JS_CLASS_ARRAY_BUFFER);
}

static void write_first(int number, const item *given) {
  switch (given->kind) {
    case STRING: write_string("s", number, given->address, 0); return;
    case BIG_INT: write_big_integer(number, given->address); return;
    case SHAPE: write_shape(given->address, number); return;
    default: write_bytes(number, ((const JSObject *)given->address)->u.array_buffer);
  }
}

static void write_item(int number, const item *given) {
  switch (given->kind) {
    case OBJECT: write_object(number, given->address); return;
    case CODE: write_code(given->address, number, given->is_object); return;
    case CAPTURED: write_captured(number, given->address); return;
    case SHAPE:
    case STRING:
    case BIG_INT: return;
  }
}

static void write_graph(void) {
  for (int i = 0; i < item_count; i += 1) {
    const char *name = c_function_of_item(i);
    if (name != NULL) fprintf(output, "void %s(void);\n", name);
    declare(i, &items[i]);
  }
  for (int i = 0; i < item_count; i += 1)
    if (comes_first(&items[i])) write_first(i, &items[i]);
  for (int i = 0; i < item_count; i += 1) write_item(i, &items[i]);
  fputs("static const JSShape *const shapes[] = {", output);
  for (int i = 0; i < 1 << JS_ROM_SHAPE_BITS; i += 1) {
    if (first_shape[i] == 0) fputs("0,", output);
    else fprintf(output, "&x%d.shape,", first_shape[i] - 1);
  }
  fputs("};\n", output);
}
