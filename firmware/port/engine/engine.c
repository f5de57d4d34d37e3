/**
 * QuickJS without parser, eval, RegExp, Date, Promise and Proxy: a script that was compiled and run to its entry beforehand, its limits, its end.
 * Memory: all of the engine's is in the heap that the settings name. When it is used up, `board_fatal`: QuickJS has places
 * that go on with a null pointer, and a script that caught the error would be in no known state.
 */
#include "engine.h"

#include "board.h"
#include "heap.h"
#include "scriptBoard.h"

#include <stdio.h>
#include <string.h>

/** Garbage in cycles is collected after a step that left this much more than the last collection did. */
#define COLLECT_AFTER_BYTES (16 * 1024)
#define LOG_LINE_BYTES 160

static JSRuntime *runtime;
static JSContext *context;
static JSValue callback; /* what the script handed over, once it has */
static bool has_callback;
static engine_settings limits;
static uint32_t interrupts;
static size_t collected_bytes;

static void *allocate(JSMallocState *state, size_t bytes) {
  void *block = heap_allocate(bytes);
  if (block == NULL) board_fatal("the script has used up its memory");
  state->malloc_count += 1;
  state->malloc_size += heap_room(block);
  return block;
}
static void release(JSMallocState *state, void *block) {
  if (block == NULL) return;
  state->malloc_count -= 1;
  state->malloc_size -= heap_room(block);
  heap_free(block);
}
static void *reallocate(JSMallocState *state, void *block, size_t bytes) {
  if (block == NULL) return bytes == 0 ? NULL : allocate(state, bytes);
  if (bytes == 0) {
    release(state, block);
    return NULL;
  }
  size_t room = heap_room(block);
  if (bytes <= room && room - bytes < 64) return block;
  void *moved = allocate(state, bytes);
  memcpy(moved, block, room < bytes ? room : bytes);
  release(state, block);
  return moved;
}
static const JSMallocFunctions memory = {allocate, release, reallocate, heap_room};

static int check_limits(JSRuntime *asking, void *nothing) {
  (void)asking, (void)nothing;
  interrupts += 1;
  if (interrupts > limits.interrupts_max) board_fatal("the script found no end");
  return 0;
}

/** Logs what the script threw: its text is the firmware's own, which puts no card data into errors. */
static void log_thrown(JSValueConst thrown) {
  char line[LOG_LINE_BYTES];
  const char *text = JS_ToCString(context, thrown);
  snprintf(line, sizeof line, "the script threw %s", text == NULL ? "" : text);
  board_log(line);
  JS_FreeCString(context, text);
  JSValue stack = JS_GetPropertyStr(context, thrown, "stack");
  const char *where = JS_IsUndefined(stack) ? NULL : JS_ToCString(context, stack);
  if (where != NULL) board_log(where);
  JS_FreeCString(context, where);
  JS_FreeValue(context, stack);
}

static void end_with_thrown(void) {
  JSValue thrown = JS_GetException(context);
  log_thrown(thrown);
  board_fatal("the script threw");
}

/** The watchdog is fed here and nowhere within a turn: what the count of interrupts misses, it ends. */
static void begin_turn(void) {
  JS_UpdateStackTop(runtime);
  interrupts = 0;
  board_feed_watchdog();
}

void engine_start(const engine_settings *settings) {
  limits = *settings;
  heap_start(limits.heap, limits.heap_bytes);
  runtime = JS_NewRuntime2(&memory, NULL);
  JS_SetMaxStackSize(runtime, limits.stack_bytes);
  JS_SetInterruptHandler(runtime, check_limits, NULL);
  context = JS_NewRomContext(runtime);
  begin_turn();

  /* build/script/reader.c, card.c, vectors.c or probe.c, written by the script compiler: the script at its entry. */
  JSValue board = script_new_board(context);
  JSValue ended = JS_Call(context, *js_rom.begin, JS_UNDEFINED, 1, &board);
  if (JS_IsException(ended)) end_with_thrown();
  JS_FreeValue(context, ended);
  JS_FreeValue(context, board);
  if (!has_callback) board_fatal("the script handed over nothing");
  JS_RunGC(runtime);
  collected_bytes = heap_used();
}

void engine_stop(void) {
  if (has_callback) JS_FreeValue(context, callback);
  has_callback = false;
  JS_FreeContext(context);
  JS_FreeRuntime(runtime);
  context = NULL;
  runtime = NULL;
}

static void end_turn(void) {
  if (heap_used() < collected_bytes + COLLECT_AFTER_BYTES) return;
  JS_RunGC(runtime);
  collected_bytes = heap_used();
}

uint32_t engine_step(void) {
  begin_turn();
  JSValue answer = JS_Call(context, callback, JS_UNDEFINED, 0, NULL);
  if (JS_IsException(answer)) end_with_thrown();
  double wait_ms = 0;
  if (!JS_IsNumber(answer) || JS_ToFloat64(context, &wait_ms, answer) < 0) board_fatal("the step gave no time");
  JS_FreeValue(context, answer);
  end_turn();
  if (!(wait_ms > 0)) return 0;
  return wait_ms >= ENGINE_WAITS_FOR_EVER ? ENGINE_WAITS_FOR_EVER : (uint32_t)wait_ms;
}

static void tell_thrown(void (*tell)(const char *line)) {
  JSValue thrown = JS_GetException(context);
  log_thrown(thrown);
  JSValue error = JS_NewObject(context);
  JS_SetPropertyStr(context, error, "error", JS_ToString(context, thrown));
  JSValue json = JS_JSONStringify(context, error, JS_UNDEFINED, JS_UNDEFINED);
  const char *line = JS_ToCString(context, json);
  tell(line == NULL ? "{\"error\":\"\"}" : line);
  JS_FreeCString(context, line);
  JS_FreeValue(context, json);
  JS_FreeValue(context, error);
  JS_FreeValue(context, thrown);
}

bool engine_run_vector(const char *kind, const char *input, void (*tell)(const char *line)) {
  begin_turn();
  JSValue values[2] = {JS_NewString(context, kind), JS_NewString(context, input)};
  JSValue answer = JS_Call(context, callback, JS_UNDEFINED, 2, values);
  const char *line = JS_IsException(answer) ? NULL : JS_ToCString(context, answer);
  if (line == NULL) tell_thrown(tell);
  else tell(line);
  bool is_answered = line != NULL;
  JS_FreeCString(context, line);
  JS_FreeValue(context, answer);
  JS_FreeValue(context, values[0]);
  JS_FreeValue(context, values[1]);
  end_turn();
  return is_answered;
}

JSValue script_keep_callback(JSContext *asking, JSValueConst given) {
  if (!JS_IsFunction(asking, given)) return script_refuse(asking, "the board takes a function");
  if (has_callback) return script_refuse(asking, "the script has handed over already");
  callback = JS_DupValue(asking, given);
  has_callback = true;
  return JS_UNDEFINED;
}
