/**
 * `ConfigurationStore` of board.h in this board's flash: what was loaded there, or else what the reader was provisioned with.
 */
#pragma once

/** After `provision_load`. */
void configuration_start(void);
