/** What the device says about itself, and TinyUSB's questions for it. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "tusb.h"
#include "usbDescriptors.gen.h"

/** @param serial at most 16 characters; the rest is left out */
void usb_set_serial(const char *serial);

/** A control request to the HID interface. False: not known, the host gets STALL. */
bool usb_answer_hid_request(uint8_t rhport, const tusb_control_request_t *request);
