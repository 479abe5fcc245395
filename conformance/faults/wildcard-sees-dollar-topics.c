/* wildcard-sees-dollar-topics - a planted fault.
 * SPDX-License-Identifier: MIT
 *
 * file: reference/broker/tree.c
 * statement: MQTT-4.7.2-1 MQTT311-4.7.2-1
 * wrong: # and + in first place match topics that begin with $
 * hint: which topics are hidden from a leading wildcard (4.7.2)?
 */
void
tree_match_name(const struct tree *t, struct slice name, tree_visit *visit,
                void *user)
{
    struct walk w = {t, visit, user};
    /* [MQTT-4.7.2-1]: a wildcard in first place does not see $-topics. */
    walk_name(&w, t->root, name, true);
}
