/**
 * Parts of the script's `board` that both devices have.
 */
#ifndef COMPTOIR_SHARED_PARTS_H
#define COMPTOIR_SHARED_PARTS_H

#include "quickjs.h"

#include <stdint.h>

/** `nfc`, `records`, `clock` and `start`. @param records how many names the script has */
void script_add_shared_parts(JSContext *context, JSValue board, uint32_t records);

/** An object with these members, as that member of the board. */
void script_add_part(JSContext *context, JSValue board, const char *name, const JSCFunctionListEntry *members, int count);

#define ADD_MEMBERS(object, members) JS_SetPropertyFunctionList(context, object, members, sizeof(members) / sizeof(members)[0])
#define ADD_PART(name, members) script_add_part(context, board, name, members, sizeof(members) / sizeof(members)[0])

#endif
