/* retain-handling-ignored - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/on_subscribe.c
 * statement: MQTT-3.3.1-10 MQTT-3.3.1-11
 * wrong: Retain Handling is not heeded
 * hint: when are retained messages sent (3.8.3.1)?
 */
static bool
wants_retained(const struct subscription *sub, const struct mqtt_filter *f)
{
    if (sub->share)
        return false; /* never for a shared subscription (4.8.2) */
    (void)f;
    return sub->is_fresh || !sub->share;
}
