/**
 * What the code of a function becomes in ROM. Part of scriptCompiler.c.
 *
 * A name of the script that is never assigned after the entry isn't looked up: OP_push_rom takes the place of OP_get_var, with the number
 * of the value. A function that captures nothing is the same object each time it is made, so it is made here.
 */

/** By atom: assigned by a function that runs after the entry. It stays a property of the global object. */
static bool is_assigned[ATOMS_MAX + 1];
/** By atom: number of its value + 1. */
static int value_number[ATOMS_MAX + 1];
static JSAtom value_names[ATOMS_MAX + 1];
static int values;

/** The constant that an instruction makes a function of, or -1. */
static int closure_at(const uint8_t *code) {
  return code[0] == OP_fclosure ? (int)get_u32(code + 1) : code[0] == OP_fclosure8 ? code[1] : -1;
}
static int size_at(const uint8_t *code) { return short_opcode_info(code[0]).size; }

static bool may_be_object(const JSFunctionBytecode *function) {
  return function->closure_var_count == 0 && !function->need_home_object &&
         (function->func_kind == JS_FUNC_NORMAL || function->func_kind == JS_FUNC_GENERATOR);
}

/** Whether the constant is made a function nowhere but as one that captures nothing. The constructor of a class is made otherwise. */
static bool is_object_constant(const JSFunctionBytecode *function, int constant) {
  if (!may_be_object(JS_VALUE_GET_PTR(function->cpool[constant]))) return false;
  const uint8_t *code = function->byte_code_buf, *end = code + function->byte_code_len;
  for (; code < end; code += size_at(code))
    if (closure_at(code) == constant) return true;
  return false;
}

/** The name that the code around it gives to the function of a constant, when it has none by itself. */
static JSAtom name_of_constant(const JSFunctionBytecode *function, int constant) {
  const uint8_t *code = function->byte_code_buf, *end = code + function->byte_code_len;
  for (; code < end; code += size_at(code)) {
    if (closure_at(code) != constant) continue;
    const uint8_t *next = code + size_at(code);
    return next < end && (next[0] == OP_set_name || next[0] == OP_define_method) ? get_u32(next + 1) : JS_ATOM_NULL;
  }
  return JS_ATOM_NULL;
}

/** Names a nameless function of a constant after the code around it, and marks what is assigned by it and by those in it. */
static void prepare_functions(const JSFunctionBytecode *function, bool is_script) {
  const uint8_t *code = function->byte_code_buf, *end = code + function->byte_code_len;
  for (; !is_script && code < end; code += size_at(code)) {
    switch (code[0]) {
      case OP_put_var:
      case OP_put_var_init:
      case OP_put_var_strict:
      case OP_define_var:
      case OP_delete_var:
      case OP_make_var_ref:
      case OP_check_var:
        is_assigned[get_u32(code + 1)] = true;
    }
  }
  for (int i = 0; i < function->cpool_count; i += 1) {
    if (JS_VALUE_GET_TAG(function->cpool[i]) != JS_TAG_FUNCTION_BYTECODE) continue;
    JSFunctionBytecode *inner = JS_VALUE_GET_PTR(function->cpool[i]);
    if (inner->func_name == JS_ATOM_NULL) inner->func_name = name_of_constant(function, i);
    prepare_functions(inner, false);
  }
}

/** What a name of the script stands for at the entry; exception: nothing. */
static JSValue value_of_name(JSAtom name) {
  JSProperty *property;
  JSObject *const places[] = {JS_VALUE_GET_OBJ(context->global_var_obj), JS_VALUE_GET_OBJ(context->global_obj)};
  for (int i = 0; i < 2; i += 1) {
    JSShapeProperty *shape = find_own_property(&property, places[i], name);
    if (shape == NULL) continue;
    if ((shape->flags & JS_PROP_TMASK) == JS_PROP_AUTOINIT) {
      JS_AutoInitProperty(context, places[i], name, property, shape);
      shape = find_own_property(&property, places[i], name);
    }
    if ((shape->flags & JS_PROP_TMASK) != JS_PROP_NORMAL) give_up("a global name is no plain value");
    return property->u.value;
  }
  return JS_EXCEPTION;
}

static int number_of_value(JSAtom name) {
  if (value_number[name] == 0) {
    value_names[values] = name;
    value_number[name] = ++values;
  }
  return value_number[name] - 1;
}

static void give_up_about(const char *why, JSAtom name);

/** Writes what the function's code becomes to `made`, of the same length. */
static void rewrite_code(const JSFunctionBytecode *function, uint8_t *made) {
  memcpy(made, function->byte_code_buf, function->byte_code_len);
  for (uint8_t *code = made; code < made + function->byte_code_len; code += size_at(code)) {
    if (code[0] != OP_get_var && code[0] != OP_get_var_undef) continue;
    const JSAtom name = get_u32(code + 1);
    if (is_assigned[name]) continue;
    if (JS_IsException(value_of_name(name))) {
      if (code[0] == OP_get_var_undef) continue;
      give_up_about("nothing has this name at the entry", name);
    }
    code[0] = OP_push_rom;
    put_u32(code + 1, (uint32_t)number_of_value(name));
  }
}
