/**
 * `board.secure` for the dynamic card's script.
 */
#ifndef COMPTOIR_CARD_SECURE_OBJECT_H
#define COMPTOIR_CARD_SECURE_OBJECT_H

#include "quickjs.h"

JSValue script_new_card_secure(JSContext *context);

#endif
