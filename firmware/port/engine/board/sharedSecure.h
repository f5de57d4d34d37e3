/**
 * The part of `board.secure` that both devices have.
 */
#ifndef COMPTOIR_SHARED_SECURE_H
#define COMPTOIR_SHARED_SECURE_H

#include "quickjs.h"

/** A new object with these members. */
JSValue script_new_shared_secure(JSContext *context);

#endif
