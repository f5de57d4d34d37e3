/** `board.firmware` for the script. */
#ifndef COMPTOIR_FIRMWARE_OBJECT_H
#define COMPTOIR_FIRMWARE_OBJECT_H

#include "quickjs.h"

JSValue script_new_firmware(JSContext *context);

#endif
