/**
 * `board.secure` for the script.
 */
#ifndef COMPTOIR_SECURE_OBJECT_H
#define COMPTOIR_SECURE_OBJECT_H

#include "quickjs.h"

JSValue script_new_secure(JSContext *context);

#endif
