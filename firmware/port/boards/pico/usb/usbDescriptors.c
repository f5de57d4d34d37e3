#include "usbDescriptors.h"

#include "class/hid/hid.h"
#include "usbReports.h"

#define SERIAL_CHARACTERS_MAX 16

static uint16_t serial_string[1 + SERIAL_CHARACTERS_MAX]; /* length and type, then UTF-16 */

void usb_set_serial(const char *serial) {
  unsigned length = 0;
  while (length < SERIAL_CHARACTERS_MAX && serial[length] != '\0') {
    serial_string[1 + length] = (uint8_t)serial[length];
    length += 1;
  }
  serial_string[0] = (uint16_t)(TUSB_DESC_STRING << 8 | (2 + 2 * length));
}

const uint8_t *tud_descriptor_device_cb(void) { return usb_device_descriptor; }

const uint8_t *tud_descriptor_configuration_cb(uint8_t index) { return index == 0 ? usb_configuration_descriptor : NULL; }

const uint8_t *tud_descriptor_bos_cb(void) { return usb_binary_object_store; }

const uint16_t *tud_descriptor_string_cb(uint8_t index, uint16_t language) {
  (void)language;
  switch (index) {
    case USB_STRING_LANGUAGES: return (const uint16_t *)usb_string_languages;
    case USB_STRING_MANUFACTURER: return (const uint16_t *)usb_string_manufacturer;
    case USB_STRING_PRODUCT: return (const uint16_t *)usb_string_product;
    case USB_STRING_SERIAL: return serial_string;
    default: return NULL;
  }
}

/** Windows fetches the Microsoft OS 2.0 descriptor set. WebUSB has nothing to fetch: there is no landing page. */
bool tud_vendor_control_xfer_cb(uint8_t rhport, uint8_t stage, const tusb_control_request_t *request) {
  if (stage != CONTROL_STAGE_SETUP) return true;
  const bool is_microsoft = request->bmRequestType_bit.direction == TUSB_DIR_IN &&
                            request->bRequest == USB_MICROSOFT_REQUEST && request->wIndex == USB_MICROSOFT_DESCRIPTOR_INDEX;
  if (!is_microsoft) return false;
  return tud_control_xfer(rhport, request, (void *)(uintptr_t)usb_microsoft_descriptor_set, sizeof usb_microsoft_descriptor_set);
}

static bool answer(uint8_t rhport, const tusb_control_request_t *request, const uint8_t *bytes, uint16_t length) {
  return tud_control_xfer(rhport, request, (void *)(uintptr_t)bytes, length);
}

bool usb_answer_hid_request(uint8_t rhport, const tusb_control_request_t *request) {
  static const uint8_t no_report[REPORT_SIZE_BYTES];
  static const uint8_t for_ever = 0;
  const bool is_in = request->bmRequestType_bit.direction == TUSB_DIR_IN;
  if (request->bmRequestType_bit.type == TUSB_REQ_TYPE_STANDARD) {
    if (!is_in || request->bRequest != TUSB_REQ_GET_DESCRIPTOR) return false;
    if (request->wValue >> 8 == HID_DESC_TYPE_HID) return answer(rhport, request, usb_hid_descriptor, sizeof usb_hid_descriptor);
    if (request->wValue >> 8 == HID_DESC_TYPE_REPORT)
      return answer(rhport, request, usb_hid_report_descriptor, sizeof usb_hid_report_descriptor);
    return false;
  }
  if (request->bmRequestType_bit.type != TUSB_REQ_TYPE_CLASS) return false;
  /* Every HID device has to answer GET_REPORT. Reports have their endpoint; here is an empty one, of no channel. */
  if (is_in && request->bRequest == HID_REQ_CONTROL_GET_REPORT) return answer(rhport, request, no_report, sizeof no_report);
  if (is_in && request->bRequest == HID_REQ_CONTROL_GET_IDLE) return answer(rhport, request, &for_ever, 1);
  if (!is_in && request->bRequest == HID_REQ_CONTROL_SET_IDLE && request->wLength == 0)
    return tud_control_status(rhport, request);
  return false;
}
