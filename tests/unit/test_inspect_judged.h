/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_TEST_INSPECT_JUDGED_H
#define ASSAY_TEST_INSPECT_JUDGED_H

#include "test_inspect_fixture.h"

/* An engine whose one plugin is that of fakejudge.h. */
extern struct fixture fixture;

int judged_set_up(void **state);
int judged_tear_down(void **state);

/* What the last inspection made, for those who read why a test failed. */
void judged_print(void);

#endif
