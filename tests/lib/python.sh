#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs a test that is written in Python, or says why it cannot.
set -eu
if [ "${PYTHON:-no}" = no ]; then
	echo "1..0 # SKIP python3 is not installed"
	exit 0
fi
if ! "$PYTHON" -c 'import jsonschema' 2>/dev/null; then
	echo "1..0 # SKIP python3-jsonschema is not installed"
	exit 0
fi
exec "$PYTHON" "$@"
