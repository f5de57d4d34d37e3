/**
 * What the reader is provisioned with: serial number, configuration, keys; a dynamic card with serial number, identifier, issuers'
 * public keys, keys. One record, made by
 * sdk/factory/src/provision/provisionRecord.ts, which also draws its layout.
 * An image of the development model carries a record of its own. A record in flash at FLASH_PROVISION_OFFSET comes first.
 * Memory: all that is given out lies in flash.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Finds the record and hands its keys to the secure part. False: there is no whole record, and nothing was changed. */
bool provision_load(void);

/** Empty when the record has none: the board then has its own. @param length not 0-terminated, this long */
const char *provision_serial(size_t *length);

size_t provision_configuration(const uint8_t **bytes);

/** Of those who may sign objects of the kind: X and Y. @returns 64, or 0: none may */
size_t provision_role_key(uint32_t kind, const uint8_t **key);

/** Whether the record is that of a card: then, and only then, the next two can be asked for. */
bool provision_is_card(void);
/** BOARD_CARD_IDENTIFIER_BYTES. */
const uint8_t *provision_identifier(void);
/** 64 bytes each. @returns how many bytes */
size_t provision_issuers(const uint8_t **keys);
