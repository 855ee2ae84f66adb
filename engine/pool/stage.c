/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool/stage.h"

#include "base/assert.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Without a change of length no access can fault. */
#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

static struct as_stage_page *own;

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static struct as_stage_page *map_pages(int fd, size_t count)
{
	void *pages;

	AS_ASSERT(sizeof(struct as_stage_page) <= page_size());
	pages = mmap(NULL, count * page_size(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return pages == MAP_FAILED ? NULL : pages;
}

struct as_stage_page *as_stage_map(size_t count, int *fd_out)
{
	struct as_stage_page *pages = NULL;
	int fd;

	if (count == 0 || count > INT32_MAX / page_size())
		return NULL;
	fd = memfd_create("assay-stage", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return NULL;
	/* All of it now: a page that the kernel could not provide later would
	 * kill whoever looks. */
	if (fallocate(fd, 0, 0, (off_t)(count * page_size())) == 0 &&
	    fcntl(fd, F_ADD_SEALS, SEALS) == 0)
		pages = map_pages(fd, count);
	if (pages == NULL) {
		close(fd);
		return NULL;
	}
	*fd_out = fd;
	return pages;
}

struct as_stage_page *as_stage_open(int fd, size_t count)
{
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;

	if (count == 0 || count > INT32_MAX / page_size() || seals < 0 ||
	    (seals & SEALS) != SEALS || fstat(fd, &st) < 0 ||
	    st.st_size != (off_t)(count * page_size()))
		return NULL;
	return map_pages(fd, count);
}

void as_stage_unmap(struct as_stage_page *pages, size_t count)
{
	if (pages != NULL)
		munmap(pages, count * page_size());
}

struct as_stage_page *as_stage_at(struct as_stage_page *pages, size_t index)
{
	return (struct as_stage_page *)((char *)pages + index * page_size());
}

void as_stage_keep(struct as_stage_page *pages, size_t count, size_t index)
{
	AS_ASSERT(index < count);
	if (index > 0)
		munmap(pages, index * page_size());
	if (index + 1 < count)
		munmap(as_stage_at(pages, index + 1), (count - index - 1) * page_size());
}

void as_stage_attach(struct as_stage_page *page)
{
	own = page;
}

static void put(char *to, const char *from, size_t size)
{
	size_t at;

	for (at = 0; at + 1 < size && from[at] != '\0'; at++)
		to[at] = from[at];
	to[at] = '\0';
	/* The reader looks after a crash: the stores must not be moved past
	 * the work that they announce. */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

void as_stage_set(const char *name)
{
	if (own != NULL)
		put(own->name, name, sizeof(own->name));
}

void as_stage_set_message(const char *id)
{
	if (own != NULL)
		put(own->message, id, sizeof(own->message));
}

void as_stage_refused(long number)
{
	if (own != NULL)
		__atomic_store_n(&own->refused, (int64_t)number + 1, __ATOMIC_SEQ_CST);
}

/* Octet by octet through volatile: the writer may change the page meanwhile,
 * and what has been checked must be what is kept. */
static void get(char *to, const volatile char *from, size_t size)
{
	size_t at;

	for (at = 0; at + 1 < size; at++) {
		char c = from[at];

		if (c == '\0')
			break;
		to[at] = c >= ' ' && c <= '~' ? c : '?';
	}
	to[at] = '\0';
}

void as_stage_read_name(const struct as_stage_page *page, char name_out[AS_STAGE_NAME_SIZE])
{
	get(name_out, page->name, AS_STAGE_NAME_SIZE);
}

void as_stage_read_message(const struct as_stage_page *page, char id_out[AS_STAGE_MESSAGE_SIZE])
{
	get(id_out, page->message, AS_STAGE_MESSAGE_SIZE);
}

long as_stage_read_refused(const struct as_stage_page *page)
{
	int64_t value = __atomic_load_n(&page->refused, __ATOMIC_SEQ_CST);

	/* No architecture numbers its calls beyond this. */
	if (value <= 0 || value > INT32_MAX)
		return -1;
	return (long)(value - 1);
}

void as_stage_reset(struct as_stage_page *page)
{
	memset(page, 0, sizeof(*page));
}
