#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Golden verdicts: every message of the corpus against its manifest.
set -u
if [ "${PYTHON:-no}" = no ]; then
	echo '1..0 # SKIP no Python 3'
	exit 0
fi
if ! "$PYTHON" -c 'import jsonschema' 2>/dev/null; then
	echo '1..0 # SKIP no python3-jsonschema'
	exit 0
fi
exec "$PYTHON" "${top_srcdir:-.}/tests/golden/golden_test.py"
