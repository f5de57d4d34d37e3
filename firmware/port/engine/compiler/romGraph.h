/**
 * What of the heap is reached from the script's entry: each object once, with a number. Part of scriptCompiler.c.
 */

typedef enum { OBJECT, SHAPE, CODE, CAPTURED, STRING, BIG_INT } item_kind;
typedef struct {
  const void *address;
  item_kind kind;
  bool is_object; /* of code: the function that captures nothing is an object, too */
} item;

#define ITEMS_MAX 65536
static item items[ITEMS_MAX];
static int item_count;
static int item_chains[ITEMS_MAX], item_next[ITEMS_MAX];

/** The number of what lies there; it is reached from now on. */
static int reach(item_kind kind, const void *address) {
  int *chain = &item_chains[((uintptr_t)address >> 4) % ITEMS_MAX];
  for (int at = *chain; at != 0; at = item_next[at - 1])
    if (items[at - 1].address == address) return at - 1;
  if (item_count == ITEMS_MAX) give_up("too many objects");
  items[item_count] = (item){address, kind, false};
  item_next[item_count] = *chain;
  *chain = item_count + 1;
  return item_count++;
}

static void use_atom(JSAtom atom) {
  if (!__JS_AtomIsTaggedInt(atom)) is_used[atom] = true;
}

/** Ropes are made strings. */
static JSValue as_string(JSValue value) {
  if (JS_VALUE_GET_TAG(value) != JS_TAG_STRING_ROPE) return value;
  JSStringRope *rope = JS_VALUE_GET_STRING_ROPE(value);
  rope->header.ref_count += 1; /* so that it keeps its string */
  JS_FreeValue(context, js_linearize_string_rope(context, JS_DupValue(context, value)));
  return rope->left;
}

/** A small one has an address, too: where digits have 32 bits it may be none. */
static const JSBigInt *as_big_integer(JSValue value) {
  static JSBigIntBuf small[ATOMS_MAX];
  static int small_count;
  if (JS_VALUE_GET_TAG(value) == JS_TAG_BIG_INT) return JS_VALUE_GET_PTR(value);
  for (int i = 0; i < small_count; i += 1)
    if (((JSBigInt *)&small[i])->tab[0] == (js_limb_t)JS_VALUE_GET_SHORT_BIG_INT(value)) return (JSBigInt *)&small[i];
  if (small_count == ATOMS_MAX) give_up("too many numbers");
  return js_bigint_set_short(&small[small_count++], value);
}

static void reach_value(JSValue given) {
  const JSValue value = as_string(given);
  switch (JS_VALUE_GET_NORM_TAG(value)) {
    case JS_TAG_OBJECT:
      if (JS_VALUE_GET_PTR(value) == JS_VALUE_GET_PTR(context->global_obj)) give_up("the global object can't be kept");
      reach(OBJECT, JS_VALUE_GET_PTR(value));
      return;
    case JS_TAG_STRING:
      if (JS_VALUE_GET_STRING(value)->atom_type == 0) reach(STRING, JS_VALUE_GET_PTR(value));
      else use_atom(js_get_atom_index(runtime, JS_VALUE_GET_STRING(value)));
      return;
    case JS_TAG_SYMBOL:
      use_atom(js_get_atom_index(runtime, JS_VALUE_GET_PTR(value)));
      return;
    case JS_TAG_BIG_INT:
    case JS_TAG_SHORT_BIG_INT:
      reach(BIG_INT, as_big_integer(value));
      return;
    case JS_TAG_FLOAT64:
    case JS_TAG_INT:
    case JS_TAG_BOOL:
    case JS_TAG_NULL:
    case JS_TAG_UNDEFINED:
      return;
    default:
      give_up("a value of a kind that isn't foreseen");
  }
}

static void reach_code(const JSFunctionBytecode *function) {
  if (function->vardefs != NULL || function->has_debug) give_up("a function isn't stripped");
  use_atom(function->func_name);
  uint8_t made[function->byte_code_len];
  rewrite_code(function, made);
  for (const uint8_t *code = made; code < made + function->byte_code_len; code += size_at(code)) {
    const int format = short_opcode_info(code[0]).fmt;
    if (format == OP_FMT_atom || format == OP_FMT_atom_u8 || format == OP_FMT_atom_u16 || format == OP_FMT_atom_label_u8 ||
        format == OP_FMT_atom_label_u16)
      use_atom(get_u32(code + 1));
    if (code[0] == OP_push_rom) reach_value(value_of_name(value_names[get_u32(code + 1)]));
  }
  for (int i = 0; i < function->cpool_count; i += 1) {
    if (JS_VALUE_GET_TAG(function->cpool[i]) != JS_TAG_FUNCTION_BYTECODE) {
      reach_value(function->cpool[i]);
      continue;
    }
    const JSFunctionBytecode *inner = JS_VALUE_GET_PTR(function->cpool[i]);
    const int number = reach(CODE, inner);
    if (!is_object_constant(function, i)) continue;
    items[number].is_object = true;
    reach(SHAPE, inner->func_kind == JS_FUNC_GENERATOR ? generator_shape : function_shape);
  }
}

/** What is made when it's first asked for is made now. */
static void make_properties(JSObject *object) {
  for (int i = 0; i < object->shape->prop_count; i += 1) {
    JSShapeProperty *property = &get_shape_prop(object->shape)[i];
    if (property->atom != JS_ATOM_NULL && (property->flags & JS_PROP_TMASK) == JS_PROP_AUTOINIT)
      JS_AutoInitProperty(context, object, property->atom, &object->prop[i], property);
  }
}

static void reach_property(const JSProperty *property, int flags) {
  switch (flags & JS_PROP_TMASK) {
    case JS_PROP_NORMAL: reach_value(property->u.value); return;
    case JS_PROP_GETSET:
      if (property->u.getset.getter != NULL) reach(OBJECT, property->u.getset.getter);
      if (property->u.getset.setter != NULL) reach(OBJECT, property->u.getset.setter);
      return;
    default: give_up("a property of a kind that isn't foreseen");
  }
}

static bool is_typed_array(int class_id) { return class_id >= JS_CLASS_UINT8C_ARRAY && class_id <= JS_CLASS_FLOAT64_ARRAY; }
static bool has_data(int class_id) {
  return class_id == JS_CLASS_NUMBER || class_id == JS_CLASS_STRING || class_id == JS_CLASS_BOOLEAN || class_id == JS_CLASS_SYMBOL ||
         class_id == JS_CLASS_BIG_INT;
}

/** Whether the function, or one in it, gives its captured variable another value. */
static bool writes_captured(const JSFunctionBytecode *function, int captured) {
  const uint8_t *code = function->byte_code_buf, *end = code + function->byte_code_len;
  for (; code < end; code += size_at(code)) {
    switch (code[0]) {
      case OP_put_var_ref:
      case OP_set_var_ref:
      case OP_put_var_ref_check:
      case OP_put_var_ref_check_init:
      case OP_make_var_ref_ref:
        if (get_u16(code + (code[0] == OP_make_var_ref_ref ? 5 : 1)) == captured) return true;
        break;
      case OP_put_var_ref0 ... OP_put_var_ref3:
        if (code[0] - OP_put_var_ref0 == captured) return true;
        break;
      case OP_set_var_ref0 ... OP_set_var_ref3:
        if (code[0] - OP_set_var_ref0 == captured) return true;
        break;
    }
  }
  for (int i = 0; i < function->cpool_count; i += 1) {
    if (JS_VALUE_GET_TAG(function->cpool[i]) != JS_TAG_FUNCTION_BYTECODE) continue;
    const JSFunctionBytecode *inner = JS_VALUE_GET_PTR(function->cpool[i]);
    for (int at = 0; at < inner->closure_var_count; at += 1)
      if (!inner->closure_var[at].is_local && inner->closure_var[at].var_idx == captured && writes_captured(inner, at)) return true;
  }
  return false;
}

static void reach_function(const JSObject *object) {
  const JSFunctionBytecode *function = object->u.func.function_bytecode;
  reach(CODE, function);
  for (int i = 0; i < function->closure_var_count; i += 1) {
    if (writes_captured(function, i)) give_up_about("this function writes a captured variable of the script", function->func_name);
    reach(CAPTURED, object->u.func.var_refs[i]);
  }
  if (object->u.func.home_object != NULL) reach(OBJECT, object->u.func.home_object);
}

static void reach_map(const JSMapState *map) {
  struct list_head *link;
  list_for_each(link, &map->records) {
    const JSMapRecord *record = list_entry(link, JSMapRecord, link);
    if (record->empty || map->is_weak || JS_VALUE_GET_TAG(record->key) == JS_TAG_OBJECT || JS_VALUE_GET_TAG(record->key) == JS_TAG_SYMBOL)
      give_up("a map's keys are strings and numbers");
    reach_value(record->key);
    reach_value(record->value);
  }
}

static void reach_object(JSObject *object) {
  make_properties(object);
  reach(SHAPE, object->shape);
  for (int i = 0; i < object->shape->prop_count; i += 1)
    if (get_shape_prop(object->shape)[i].atom != JS_ATOM_NULL) reach_property(&object->prop[i], get_shape_prop(object->shape)[i].flags);
  const int class_id = object->class_id;
  if (class_id == JS_CLASS_ARRAY && object->fast_array) {
    for (uint32_t i = 0; i < object->u.array.count; i += 1) reach_value(object->u.array.u.values[i]);
  } else if (js_class_has_bytecode(class_id)) {
    reach_function(object);
  } else if (is_typed_array(class_id) || class_id == JS_CLASS_DATAVIEW) {
    reach(OBJECT, object->u.typed_array->buffer);
  } else if (class_id == JS_CLASS_MAP || class_id == JS_CLASS_SET) {
    reach_map(object->u.map_state);
  } else if (has_data(class_id)) {
    reach_value(object->u.object_data);
  } else if (class_id != JS_CLASS_OBJECT && class_id != JS_CLASS_ARRAY && class_id != JS_CLASS_ERROR && class_id != JS_CLASS_C_FUNCTION &&
             class_id != JS_CLASS_ARRAY_BUFFER) {
    give_up("an object of a kind that isn't foreseen");
  }
}

static void reach_all(void) {
  for (int i = 0; i < item_count; i += 1) {
    const void *address = items[i].address;
    switch (items[i].kind) {
      case OBJECT: reach_object((JSObject *)address); break;
      case CODE: reach_code(address); break;
      case SHAPE: {
        const JSShape *shape = address;
        if (shape->proto != NULL) reach(OBJECT, shape->proto);
        for (int property = 0; property < shape->prop_count; property += 1) use_atom(shape->prop[property].atom);
        break;
      }
      case CAPTURED: {
        const JSVarRef *captured = address;
        if (!captured->is_detached) give_up("a captured variable is still on the stack");
        reach_value(captured->value);
        break;
      }
      case STRING:
      case BIG_INT: break;
    }
  }
}
