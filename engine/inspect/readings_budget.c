/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/readings.h"

static uint64_t allowance(const struct assay_scan *scan)
{
	uint64_t base = scan->message.raw.size;

	if (base < AS_READINGS_SCAN_FLOOR)
		base = AS_READINGS_SCAN_FLOOR;
	return base * AS_READINGS_SCAN_FACTOR + scan->member_bytes * AS_READINGS_MEMBER_FACTOR;
}

size_t as_readings_octets(enum as_encoding encoding, struct as_span raw)
{
	size_t bound = as_transfer_bound(encoding, raw.size);

	return bound < raw.size ? bound : raw.size;
}

/* What nobody is known to see multiplies in bounces of bounces and in text files
 * full of mail. Its budget is one of its own, so that readings
 * of known clients find room, or say that they found none. */
static bool charge_doubt(struct assay_scan *scan, const struct as_object *object, uint64_t cost)
{
	if (cost <= allowance(scan) / AS_READINGS_DOUBT_DIVISOR - scan->doubt_bytes) {
		scan->doubt_bytes += cost;
		return true;
	}
	if (!scan->doubts_left)
		as_scan_note(scan, object, "mime.hidden_part", ASSAY_INFO,
			     "What looks like parts within parts that no client is known to show "
			     "was not taken apart further.");
	scan->doubts_left = true;
	return false;
}

bool as_readings_charge(struct assay_scan *scan, const struct as_object *object, size_t octets,
			bool doubted)
{
	uint64_t cost = (uint64_t)octets + AS_READING_OVERHEAD;

	if (!scan->engine->settings.readings)
		return true;
	if (doubted || object->doubted)
		return charge_doubt(scan, object, cost);
	if (scan->readings_spent)
		return false;
	if (cost <= allowance(scan) - scan->reading_bytes) {
		scan->reading_bytes += cost;
		return true;
	}
	scan->readings_spent = true;
	as_scan_note(scan, object, "limit.objects", ASSAY_SEVERITY_DEFAULT,
		     "The message can be read in more ways than its size allows to look at; not "
		     "all of them were inspected.");
	return false;
}
