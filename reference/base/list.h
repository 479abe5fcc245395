/* list.h - intrusive doubly linked lists.
 * SPDX-License-Identifier: MIT
 *
 * The links live inside the items, so adding and removing allocate nothing and
 * an item can take itself out. A list head is a link that points to itself
 * when the list is empty; a link that is in no list points to NULL or itself.
 *
 *     struct list waiting;  list_init(&waiting);
 *     list_push(&waiting, &item->link);
 *     struct item *i = LIST_ITEM(waiting.next, struct item, link);           */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *next, *prev;
};

#define LIST_ITEM(link, type, member) \
    ((type *)((char *)(link) - offsetof(type, member)))

/* Walks a list whose current item may be removed in the body. */
#define LIST_EACH(link, head)                                          \
    for (struct list *link = (head)->next, *link##_next = link->next; \
         link != (head); link = link##_next, link##_next = link->next)

static inline void
list_init(struct list *head)
{
    head->next = head->prev = head;
}

static inline bool
list_empty(const struct list *head)
{
    return head->next == head || head->next == NULL;
}

static inline bool
list_linked(const struct list *link)
{
    return link->next != NULL && link->next != link;
}

/* At the end. */
static inline void
list_push(struct list *head, struct list *link)
{
    link->prev = head->prev;
    link->next = head;
    head->prev->next = link;
    head->prev = link;
}

/* Takes link out of whatever list it is in; nothing happens when in none. */
static inline void
list_remove(struct list *link)
{
    if (!link->next)
        return;
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->next = link->prev = NULL;
}

#endif
