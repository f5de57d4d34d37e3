/**
 * The two interfaces of the USB device as one queue of 64-byte reports in and one out.
 *
 * Reports come with their whole 64 bytes or are dropped. A host that sends faster than the script takes is held back by
 * the bus itself: an endpoint whose queue is full answers NAK. A host that takes nothing for two seconds has gone, and
 * what is meant for it is dropped, so that one interface never holds up the other.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define REPORT_SIZE_BYTES 64

/** Starts the device. The serial number is what the host sees; at most 16 printable ASCII characters. */
void usb_start(const char *serial);

/** Does what the bus asks for. Never calls the script. */
void usb_work(void);

/** Something came, or room was made, since the last call. */
bool usb_take_news(void);

/** True when usb_work has something to do. Call it with interrupts off before going to sleep. */
bool usb_has_work(void);

/** The next report of either interface. False when there is none. */
bool usb_receive_report(uint8_t report[REPORT_SIZE_BYTES]);

/** Queues a report for the interface that its channel came from. False when there is no room; nothing was taken. */
bool usb_send_report(const uint8_t report[REPORT_SIZE_BYTES]);
