/* log.h - what a running program says to its operator, on standard error.
 * SPDX-License-Identifier: MIT
 *
 * One line per event, "HH:MM:SS level text". Secrets never get here: callers
 * log names and sizes, not passwords or payloads.                            */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* The one mutable global of the project; LOG_INFO at start. */
extern enum log_level log_level;

void log_line(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)
#define log_warn(...) log_line(LOG_WARN, __VA_ARGS__)
#define log_info(...) log_line(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)

#endif
