/* SPDX-License-Identifier: BSD-2-Clause */
#include "ole.h"
#include "tags.h"

#define ENTRY_BYTES  128u
#define HEADER_FAT   109u /* FAT sectors that the header itself lists */
#define NAME_BYTES   33u
#define END_OF_CHAIN 0xfffffffau

enum fact {
	HAS_WORD = 1u << 0,
	HAS_BOOK = 1u << 1,
	HAS_POWERPOINT = 1u << 2,
	HAS_VISIO = 1u << 3,
	HAS_QUILL = 1u << 4,
	HAS_MESSAGE = 1u << 5,
	HAS_ENCRYPTED = 1u << 6,
	HAS_PROJECT = 1u << 7,
	HAS_VBA = 1u << 8,
	HAS_WORKS = 1u << 9,
	HAS_HWP = 1u << 10,
	HAS_CATALOG = 1u << 11,
	HAS_ADP = 1u << 12,
	HAS_VBA_ROOT = 1u << 13,
	HAS_SPACES = 1u << 14,
	HAS_INSTALLER = 1u << 15,
};

struct ole {
	struct as_span data;
	uint32_t shift; /* sector size is 1 << shift */
	uint32_t fat_cached_index;
	uint64_t fat_cached_at;
};

static uint64_t sector_at(const struct ole *ole, uint32_t sector)
{
	return ((uint64_t)sector + 1) << ole->shift;
}

/* Where the FAT sector with this number stands; UINT64_MAX when nowhere. */
static uint64_t fat_sector(struct ole *ole, uint32_t index)
{
	uint32_t per = (1u << ole->shift) / 4 - 1, sector, chain;

	if (index == ole->fat_cached_index)
		return ole->fat_cached_at;
	if (index < HEADER_FAT) {
		if (!as_span_le32(ole->data, 76 + 4 * (uint64_t)index, &sector))
			return UINT64_MAX;
	} else {
		index -= HEADER_FAT;
		if (index / per > FT_OLE_CHAIN_MAX || !as_span_le32(ole->data, 68, &chain))
			return UINT64_MAX;
		for (uint32_t hops = index / per; hops > 0; hops--)
			if (!as_span_le32(ole->data, sector_at(ole, chain) + 4 * (uint64_t)per,
					  &chain))
				return UINT64_MAX;
		if (!as_span_le32(ole->data, sector_at(ole, chain) + 4 * (uint64_t)(index % per),
				  &sector))
			return UINT64_MAX;
		index += HEADER_FAT;
	}
	ole->fat_cached_index = index;
	ole->fat_cached_at = sector_at(ole, sector);
	return ole->fat_cached_at;
}

static uint32_t next_sector(struct ole *ole, uint32_t sector)
{
	uint32_t per = (1u << ole->shift) / 4, next;
	uint64_t at = fat_sector(ole, sector / per);

	if (at == UINT64_MAX || !as_span_le32(ole->data, at + 4 * (uint64_t)(sector % per), &next))
		return END_OF_CHAIN;
	return next;
}

/* UTF-16LE name as lower-case ASCII; anything else becomes '?', the control
 * octet in front of "\005SummaryInformation" stays. */
static void read_name(struct as_span entry, char name_out[NAME_BYTES])
{
	uint16_t size, unit;
	size_t used = 0;

	if (!as_span_le16(entry, 64, &size) || size > 64)
		size = 64;
	for (size_t i = 0; i + 1 < size && used < NAME_BYTES - 1; i += 2) {
		if (!as_span_le16(entry, i, &unit) || unit == 0)
			break;
		name_out[used++] = unit < 0x80 ? (char)ft_lower((unsigned char)unit) : '?';
	}
	name_out[used] = '\0';
}

static uint32_t fact_of(const char *name)
{
	static const struct {
		const char *name;
		uint32_t fact;
	} names[] = {
		{"worddocument", HAS_WORD},
		{"workbook", HAS_BOOK},
		{"book", HAS_BOOK},
		{"powerpoint document", HAS_POWERPOINT},
		{"pp40", HAS_POWERPOINT},
		{"pp97_dualstorage", HAS_POWERPOINT},
		{"visiodocument", HAS_VISIO},
		{"quill", HAS_QUILL},
		{"__properties_version1.0", HAS_MESSAGE},
		{"encryptedpackage", HAS_ENCRYPTED},
		{"\6dataspaces", HAS_SPACES},
		{"props9", HAS_PROJECT},
		{"props12", HAS_PROJECT},
		{"props14", HAS_PROJECT},
		{"props", HAS_PROJECT},
		{"matost", HAS_WORKS},
		{"wksssworkbook", HAS_WORKS},
		{"hwpsummaryinformation", HAS_HWP},
		{"\5hwpsummaryinformation", HAS_HWP},
		{"fileheader", HAS_HWP},
		{"catalog", HAS_CATALOG},
		{"accessobjsitedata", HAS_ADP},
		{"_vba_project_cur", HAS_VBA},
		{"macros", HAS_VBA},
		{"vba", HAS_VBA_ROOT},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i].name) == 0)
			return names[i].fact;
	return 0;
}

/* MSI table names are packed into code points from U+3800 on ("!_Tables" and
 * its kin begin with U+4840): no office document has such names. */
static bool is_packed_name(struct as_span entry)
{
	uint16_t unit = 0;

	return as_span_le16(entry, 0, &unit) && unit == 0x4840;
}

static uint32_t kind_of_root(struct as_span entry)
{
	static const unsigned char tail[12] = {0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46};
	uint32_t first;

	if (!as_span_le32(entry, 80, &first) || !as_span_has_at(entry, 84, tail, sizeof(tail)))
		return 0;
	return first;
}

struct directory {
	struct ole *ole;
	uint32_t sectors[FT_OLE_ENTRIES_MAX / 4];
	uint32_t sector_count;
};

static struct as_span entry_at(const struct directory *directory, uint32_t index)
{
	uint32_t per = (1u << directory->ole->shift) / ENTRY_BYTES;
	uint64_t at;

	if (index / per >= directory->sector_count)
		return as_span_make(NULL, 0);
	at = sector_at(directory->ole, directory->sectors[index / per]) +
	     (uint64_t)(index % per) * ENTRY_BYTES;
	if (!as_span_holds(directory->ole->data, at, ENTRY_BYTES))
		return as_span_make(NULL, 0);
	return as_span_slice(directory->ole->data, (size_t)at, ENTRY_BYTES);
}

static bool read_directory(struct directory *directory)
{
	struct ole *ole = directory->ole;
	uint32_t limit = FT_OLE_ENTRIES_MAX / ((1u << ole->shift) / ENTRY_BYTES);
	uint32_t sector;

	if (!as_span_le32(ole->data, 48, &sector))
		return false;
	directory->sector_count = 0;
	while (sector < END_OF_CHAIN && directory->sector_count < limit &&
	       as_span_holds(ole->data, sector_at(ole, sector), ENTRY_BYTES)) {
		directory->sectors[directory->sector_count++] = sector;
		sector = next_sector(ole, sector);
	}
	return directory->sector_count > 0;
}

/*
 * The siblings below the root form a tree by number; each entry is visited at
 * most once. Only they count: embedded documents have streams of the same
 * names further down.
 */
static uint32_t root_facts(const struct directory *directory, struct as_span root)
{
	unsigned char seen[FT_OLE_ENTRIES_MAX / 8] = {0};
	uint32_t pending[FT_OLE_ENTRIES_MAX + 2], count = 0, facts = 0, next;
	char name[NAME_BYTES];

	if (as_span_le32(root, 76, &next))
		pending[count++] = next;
	while (count > 0) {
		uint32_t index = pending[--count];
		struct as_span entry;

		if (index >= FT_OLE_ENTRIES_MAX || (seen[index / 8] & 1u << index % 8) != 0)
			continue;
		seen[index / 8] |= (unsigned char)(1u << index % 8);
		entry = entry_at(directory, index);
		if (entry.size == 0 || entry.data[66] == 0)
			continue;
		read_name(entry, name);
		facts |= fact_of(name) | (is_packed_name(entry) ? HAS_INSTALLER : 0);
		/* Each seen entry pushes two: never more than entries + 1. */
		if (count < FT_OLE_ENTRIES_MAX && as_span_le32(entry, 68, &next))
			pending[count++] = next;
		if (count < FT_OLE_ENTRIES_MAX && as_span_le32(entry, 72, &next))
			pending[count++] = next;
	}
	return facts;
}

/* A tree that leads nowhere is a damaged one, or one made to be: all names. */
static uint32_t all_facts(const struct directory *directory)
{
	uint32_t per = (1u << directory->ole->shift) / ENTRY_BYTES, facts = 0;
	char name[NAME_BYTES];

	for (uint32_t i = 1; i < directory->sector_count * per; i++) {
		struct as_span entry = entry_at(directory, i);

		if (entry.size == 0 || entry.data[66] == 0)
			continue;
		read_name(entry, name);
		facts |= fact_of(name);
	}
	return facts;
}

static enum ft_id choose(uint32_t facts, uint32_t root_class)
{
	static const struct {
		uint32_t fact;
		enum ft_id id;
	} order[] = {
		{HAS_ENCRYPTED, FT_OOXML_ENCRYPTED},
		{HAS_MESSAGE, FT_MSG},
		{HAS_WORD, FT_DOC},
		{HAS_BOOK, FT_XLS},
		{HAS_POWERPOINT, FT_PPT},
		{HAS_VISIO, FT_VSD},
		{HAS_QUILL, FT_PUB},
		{HAS_PROJECT, FT_MPP},
		{HAS_ADP, FT_ADP},
		{HAS_HWP, FT_HWP},
		{HAS_WORKS, FT_WPS},
		{HAS_INSTALLER, FT_MSI},
		{HAS_VBA_ROOT, FT_VBAPROJECT},
		{HAS_CATALOG, FT_THUMBSDB},
	};

	if (root_class == 0x000c1084)
		return FT_MSI;
	if (root_class == 0x000c1086)
		return FT_MSP;
	if (root_class == 0x000c1082)
		return FT_MST;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (facts & order[i].fact)
			return order[i].id;
	/* [MS-DOC] and its kin name a class even where streams are renamed. */
	switch (root_class) {
	case 0x00020906:
	case 0x00020900:
		return FT_DOC;
	case 0x00020820:
	case 0x00020810:
		return FT_XLS;
	case 0x00020d0b:
		return FT_MSG;
	case 0x00021201:
		return FT_PUB;
	case 0x00021a13:
	case 0x00021a14:
		return FT_VSD;
	default:
		return FT_OLE;
	}
}

bool ft_ole_kind(struct as_span data, struct ft_result *result_out)
{
	static const unsigned char project[4] = {0x3a, 0x8f, 0xb7, 0x74};
	struct ole ole = {.data = data, .fat_cached_index = UINT32_MAX};
	struct directory directory = {.ole = &ole};
	struct as_span root;
	uint16_t shift;
	uint32_t facts;
	enum ft_id id;

	if (!as_span_le16(data, 30, &shift) || (shift != 9 && shift != 12))
		return false;
	ole.shift = shift;
	if (!read_directory(&directory))
		return false;
	root = entry_at(&directory, 0);
	if (root.size == 0)
		return false;
	facts = root_facts(&directory, root);
	if (facts == 0)
		facts = all_facts(&directory);
	id = choose(facts, kind_of_root(root));
	if (id == FT_OLE && as_span_has_at(root, 80, project, sizeof(project)))
		id = FT_MPP;
	ft_is(result_out, id, id == FT_OLE ? 90 : 97, 0, 8);
	if (id == FT_OOXML_ENCRYPTED)
		result_out->marks |= FT_MARK_ENCRYPTED;
	if ((facts & (HAS_VBA | HAS_VBA_ROOT)) && result_out->type_class == ASSAY_CLASS_OFFICE)
		result_out->type_class = ASSAY_CLASS_OFFICE_MACRO;
	return true;
}
