/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_EALCHECK_ENDING_H
#define TESTS_EALCHECK_ENDING_H

/* Ends the program while a worker runs, in one way or another; -1: there is no such way. */
int ending_try(const char *way);

#endif
