/**
 * What of the language an image has: the device makes these objects, and the script compiler puts their names into ROM.
 */
#ifndef COMPTOIR_INTRINSICS_H
#define COMPTOIR_INTRINSICS_H

#include "quickjs.h"

static inline void add_intrinsics(JSContext *context) {
  JS_AddIntrinsicBaseObjects(context);
  JS_AddIntrinsicJSON(context);
  JS_AddIntrinsicMapSet(context);
  JS_AddIntrinsicTypedArrays(context);
}

#endif
