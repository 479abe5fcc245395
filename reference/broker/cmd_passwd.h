/* cmd_passwd.h - plumb-broker passwd: changes a file of passwords.
 * SPDX-License-Identifier: MIT */
#ifndef BROKER_CMD_PASSWD_H
#define BROKER_CMD_PASSWD_H

/* The arguments behind "passwd". Returns the exit status: 0 done, 1 could not,
 * 2 usage. */
int cmd_passwd(int argc, char **argv);

#endif
