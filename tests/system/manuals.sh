#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The manual pages say what the programs do; see manuals.py.
set -eu
if [ "${PYTHON:-no}" = no ]; then
	echo "1..0 # SKIP python3 is not there"
	exit 0
fi
exec "$PYTHON" "$top_srcdir/tests/system/manuals.py"
