/* secret.h - makes a packet fit to be shown: secrets become stars.
 * SPDX-License-Identifier: MIT
 *
 * Password and Authentication Data are replaced by '*' of equal length, so that
 * every offset and length stays what it was. For everything that leaves the
 * process as a record: captures, evidence, reports.                          */
#ifndef MQTT_SECRET_H
#define MQTT_SECRET_H

#include "mqtt/packet.h"

/* Masks in place. `bytes` is one whole packet, or the start of one. Returns the
 * version it speaks: that of a CONNECT, else v. */
enum mqtt_version mqtt_secret_mask(uint8_t *bytes, size_t len,
                                   enum mqtt_version v);

#endif
