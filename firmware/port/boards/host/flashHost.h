/**
 * Flash for the twin's keys, in memory: it ends with the program.
 */
#pragma once
#include "flashPort.h"

extern const flash_port host_flash;
