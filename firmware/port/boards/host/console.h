/** The host twin's log, its end, and what else both of its programs share. */
#ifndef COMPTOIR_ACQUIRER_CONSOLE_H
#define COMPTOIR_ACQUIRER_CONSOLE_H

#include "engine.h"

/** A reset of the twin: it ends with this, and whoever started it may start it again. */
#define HOST_RESET_EXIT_CODE 70

/** Heap and stack as the environment says (COMPTOIR_HEAP_KIB, COMPTOIR_STACK_KIB), else as much as no script should need. */
engine_settings host_settings(uint32_t interrupts_max);

#endif
