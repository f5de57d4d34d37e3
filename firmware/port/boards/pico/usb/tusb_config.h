/** TinyUSB's configuration: a full-speed device whose only class is ours (usbReports.c). */
#pragma once
#define CFG_TUSB_RHPORT0_MODE (OPT_MODE_DEVICE | OPT_MODE_FULL_SPEED)
#define CFG_TUD_ENABLED 1
#define CFG_TUD_ENDPOINT0_SIZE 64
/** Events that come while the script works; each lost one would be a lost report or bus reset. */
#define CFG_TUD_TASK_QUEUE_SZ 32
