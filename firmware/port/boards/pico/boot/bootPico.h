/** Slots, model and keys of this board. */
#pragma once
#include "bootSetting.h"

extern const boot_setting pico_boot;
