/** `board.configuration` for the script. */
#ifndef COMPTOIR_CONFIGURATION_OBJECT_H
#define COMPTOIR_CONFIGURATION_OBJECT_H

#include "quickjs.h"

JSValue script_new_configuration(JSContext *context);

#endif
