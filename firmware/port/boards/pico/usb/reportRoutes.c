#include "reportRoutes.h"

#include <string.h>

/** The reader has four channels at most; one more for the broadcast channel. */
#define ROUTES 5

typedef struct {
  uint8_t channel[4];
  uint8_t interface_number;
} report_route;

static report_route routes[ROUTES]; /* the latest first */

void routes_learn(const uint8_t report[64], uint8_t interface_number) {
  unsigned at = 0;
  while (at < ROUTES - 1 && memcmp(routes[at].channel, report, 4) != 0) at += 1;
  memmove(&routes[1], &routes[0], at * sizeof routes[0]);
  memcpy(routes[0].channel, report, 4);
  routes[0].interface_number = interface_number;
}

uint8_t routes_find(const uint8_t report[64]) {
  for (unsigned at = 0; at < ROUTES; at += 1)
    if (memcmp(routes[at].channel, report, 4) == 0) return routes[at].interface_number;
  return routes[0].interface_number;
}
