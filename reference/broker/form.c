/* form.c - one message for many.
 * SPDX-License-Identifier: MIT */
#include "broker/form.h"

#include "base/writer.h"
#include "mqtt/varint.h"

void
forms_release(struct forms *f)
{
    for (size_t i = 0; i < FORMS; i++)
        buf_release(&f->list[i].start);
}

void
forms_begin(struct forms *f, const struct message *m)
{
    f->of = m;
    f->count = f->next = 0;
}

const struct form *
forms_find(const struct forms *f, enum mqtt_version version, uint8_t qos,
           bool retain, uint32_t sub_id)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct form *form = &f->list[i];
        if (form->version == version && form->qos == qos &&
            form->retain == retain && form->sub_id == sub_id)
            return form;
    }
    return NULL;
}

/* Behind the identifier come the properties, where there are any in that
 * version, and the payload. */
static size_t
id_place(const struct mqtt_packet *p, size_t start_len)
{
    if (p->qos == 0)
        return 0;
    if (p->version == MQTT_50)
        start_len -= p->properties.len +
                     mqtt_varint_len((uint32_t)p->properties.len);
    return start_len - 2;
}

void
forms_add(struct forms *f, const struct mqtt_packet *p, uint32_t sub_id,
          struct slice packet)
{
    struct form *form = &f->list[f->next];
    struct slice start = slice_first(packet, packet.len - p->payload.len);
    f->next = (f->next + 1) % FORMS;
    if (f->count < FORMS)
        f->count++;
    form->version = p->version;
    form->qos = p->qos;
    form->retain = p->retain;
    form->sub_id = sub_id;
    form->id_at = id_place(p, start.len);
    buf_clear(&form->start);
    buf_add(&form->start, start);
}

void
form_copy(const struct form *f, uint16_t packet_id, struct slice payload,
          struct buf *out)
{
    size_t at = out->len;
    buf_room(out, f->start.len + payload.len);
    buf_add(out, buf_slice(&f->start));
    buf_add(out, payload);
    if (f->id_at)
        writer_patch_u16(out, at + f->id_at, packet_id);
}
