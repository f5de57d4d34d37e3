/**
 * Which functions of a script lie in ROM as finished objects, and what their code becomes. Part of scriptCompiler.c.
 *
 * A function that captures nothing is the same object each time it is made, so it is made here. A function that the script
 * declares at its top level and never assigns isn't looked up by its name either: OP_push_rom takes the place of OP_get_var,
 * and its property of the global object isn't there.
 */

static bool is_assigned[ATOMS_MAX + 1];
/** Number among js_rom.functions + 1 of the top level's function with this name. */
static int rom_number[ATOMS_MAX + 1];
static int rom_functions;

static bool may_be_object(const JSFunctionBytecode *function) {
  return function->closure_var_count == 0 && !function->need_home_object &&
         (function->func_kind == JS_FUNC_NORMAL || function->func_kind == JS_FUNC_GENERATOR);
}

/** The constant that an instruction makes a function of, or -1. */
static int closure_at(const uint8_t *code) {
  return code[0] == OP_fclosure ? (int)get_u32(code + 1) : code[0] == OP_fclosure8 ? code[1] : -1;
}
static int size_at(const uint8_t *code) { return short_opcode_info(code[0]).size; }

/** Marks the names of variables that are assigned, made or deleted, or whose being there is asked for, by this function or those in it. */
static void find_assigned(const JSFunctionBytecode *function) {
  const uint8_t *code = function->byte_code_buf, *end = code + function->byte_code_len;
  for (; code < end; code += size_at(code)) {
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
  for (int i = 0; i < function->cpool_count; i += 1)
    if (JS_VALUE_GET_TAG(function->cpool[i]) == JS_TAG_FUNCTION_BYTECODE) find_assigned(JS_VALUE_GET_PTR(function->cpool[i]));
}

/** A declaration of the top level: OP_fclosure, OP_define_func. @returns the name, if its function may be in ROM */
static JSAtom rom_declaration_at(const JSFunctionBytecode *script, const uint8_t *code) {
  const int constant = closure_at(code);
  if (constant < 0 || code[size_at(code)] != OP_define_func) return JS_ATOM_NULL;
  const JSAtom name = get_u32(code + size_at(code) + 1);
  return is_assigned[name] || !may_be_object(JS_VALUE_GET_PTR(script->cpool[constant])) ? JS_ATOM_NULL : name;
}

static void find_rom_functions(const JSFunctionBytecode *script) {
  find_assigned(script);
  const uint8_t *code = script->byte_code_buf, *end = code + script->byte_code_len;
  for (; code < end; code += size_at(code)) {
    const JSAtom name = rom_declaration_at(script, code);
    if (name != JS_ATOM_NULL && rom_number[name] == 0) rom_number[name] = ++rom_functions;
  }
}

/** The declarations that stay, moved together; they are at the start, before any jump. */
static void drop_declarations(const JSFunctionBytecode *script, uint8_t *made, int *length) {
  const uint8_t *code = script->byte_code_buf, *end = code + script->byte_code_len;
  uint8_t *at = made;
  while (code[0] == OP_check_define_var || code[0] == OP_define_var || closure_at(code) >= 0) {
    int size = size_at(code);
    const bool is_dropped = code[0] == OP_check_define_var ? rom_number[get_u32(code + 1)] != 0
                                                           : rom_declaration_at(script, code) != JS_ATOM_NULL;
    if (closure_at(code) >= 0) {
      if (code[size] != OP_define_func) break;
      size += size_at(code + size);
    }
    if (!is_dropped) {
      memcpy(at, code, size);
      at += size;
    }
    code += size;
  }
  memcpy(at, code, end - code);
  *length = (int)(at - made + (end - code));
}

/** Writes what the function's code becomes to `made`, which has room for as much as it has now. @returns its length */
static int rewrite_code(const JSFunctionBytecode *function, bool is_script, uint8_t *made) {
  int length = function->byte_code_len;
  if (is_script) drop_declarations(function, made, &length);
  else memcpy(made, function->byte_code_buf, length);
  for (uint8_t *code = made; code < made + length; code += size_at(code)) {
    if (code[0] != OP_get_var && code[0] != OP_get_var_undef) continue;
    const int number = rom_number[get_u32(code + 1)];
    if (number == 0) continue;
    code[0] = OP_push_rom;
    put_u32(code + 1, (uint32_t)(number - 1));
  }
  return length;
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

/** Whether the constant is made a function nowhere but as one that captures nothing. The constructor of a class is made otherwise. */
static bool is_object_constant(const JSFunctionBytecode *function, int constant) {
  if (!may_be_object(JS_VALUE_GET_PTR(function->cpool[constant]))) return false;
  const uint8_t *code = function->byte_code_buf, *end = code + function->byte_code_len;
  for (; code < end; code += size_at(code))
    if (closure_at(code) == constant) return true;
  return false;
}
