/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_smime_path_fixture.h"

#include "smime/certs.h"

#include <dirent.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ARENA_BYTES ((size_t)64 << 20)
#define OPENED_MAX  16u

static char folder[] = "/tmp/assay-path-XXXXXX";
static struct as_arena arena;
static struct as_trust *opened[OPENED_MAX];
static struct as_certs *certs[OPENED_MAX];
static size_t opened_count, certs_count, files;
static X509 *middle, *signer;

int pf_setup(void **state)
{
	(void)state;
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
	as_arena_init(&arena, ARENA_BYTES);
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static void remove_folder(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char name[512];

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (unlink(name) < 0)
			remove_folder(name);
	}
	closedir(dir);
	rmdir(path);
}

int pf_teardown(void **state)
{
	(void)state;
	while (certs_count > 0)
		as_certs_free(certs[--certs_count]);
	while (opened_count > 0)
		as_trust_close(opened[--opened_count]);
	as_arena_deinit(&arena);
	remove_folder(folder);
	assert_int_equal(ERR_peek_error(), 0);
	return 0;
}

struct as_arena *pf_arena(void)
{
	return &arena;
}

const char *pf_folder(void)
{
	return folder;
}

const char *pf_path(const char *name)
{
	return as_arena_printf(&arena, "%s/%s", folder, name);
}

const char *pf_write(const char *name, struct as_span octets)
{
	const char *path = pf_path(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(octets.data, 1, octets.size, file), octets.size);
	assert_int_equal(fclose(file), 0);
	return path;
}

struct as_span pf_pem(const char *label, struct as_span der)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct as_span copy;
	char *data;
	long size;

	assert_true(PEM_write_bio(bio, label, "", der.data, (long)der.size) > 0);
	size = BIO_get_mem_data(bio, &data);
	copy = sm_copy(data, (size_t)size);
	BIO_free(bio);
	return copy;
}

/* One PEM file with all of them; NULL when there are none. */
static const char *write_certs(X509 *const *list, size_t max)
{
	struct as_span all = {NULL, 0};

	for (size_t i = 0; i < max && list[i] != NULL; i++)
		all = sm_join(2, all, pf_pem("CERTIFICATE", sm_cert_der(list[i])));
	if (all.size == 0)
		return NULL;
	return pf_write(as_arena_printf(&arena, "certs-%zu.pem", files++), all);
}

static const char *write_crls(X509_CRL *const *list, size_t max)
{
	struct as_span all = {NULL, 0};

	for (size_t i = 0; i < max && list[i] != NULL; i++)
		all = sm_join(2, all, pf_pem("X509 CRL", sm_crl_der(list[i])));
	if (all.size == 0)
		return NULL;
	return pf_write(as_arena_printf(&arena, "crls-%zu.pem", files++), all);
}

struct as_trust *pf_trust(const struct pf_case *path)
{
	struct as_smime_settings settings = path->settings;
	const char **names = as_arena_array(&arena, 3, sizeof(*names));
	struct as_error error = {.code = 0};

	names[0] = write_certs(path->anchors, 4);
	names[1] = write_certs(path->pool, 24);
	names[2] = write_crls(path->crls, 8);
	settings.anchors = &names[0];
	settings.anchor_count = names[0] != NULL;
	settings.certs = &names[1];
	settings.cert_count = names[1] != NULL;
	settings.crls = &names[2];
	settings.crl_count = names[2] != NULL;
	assert_true(opened_count < OPENED_MAX);
	if (as_trust_open(&settings, &opened[opened_count], &error) < 0)
		fail_msg("%s", error.text);
	return opened[opened_count++];
}

struct as_path_result pf_check(const struct pf_case *path)
{
	struct as_span *ders = as_arena_array(&arena, PF_LIST_MAX + 1, sizeof(*ders));
	struct as_span *crls = as_arena_array(&arena, 8, sizeof(*crls));
	struct as_path_request request = {
		.trust = pf_trust(path),
		.crls = crls,
		.at = path->at != 0 ? path->at : SM_NOW,
		.arena = &arena,
	};
	struct as_path_result result;
	size_t count = 1;

	ders[0] = sm_cert_der(path->signer);
	while (count <= PF_LIST_MAX && path->message[count - 1] != NULL) {
		ders[count] = sm_cert_der(path->message[count - 1]);
		count++;
	}
	while (request.crl_count < 8 && path->message_crls[request.crl_count] != NULL) {
		crls[request.crl_count] = sm_crl_der(path->message_crls[request.crl_count]);
		request.crl_count++;
	}
	assert_true(certs_count < OPENED_MAX);
	request.certs = as_certs_new(request.trust, ders, count);
	assert_non_null(request.certs);
	certs[certs_count++] = request.certs;
	request.signer = as_certs_at(request.certs, 0);
	assert_non_null(request.signer);
	as_path_check(&request, &result);
	assert_non_null(result.reason);
	assert_true(as_certs_cost(request.certs)->checks <= AS_PATH_CHECKS_MAX);
	return result;
}

bool pf_says(const struct as_path_result *result, uint32_t fault, const char *words)
{
	for (const struct as_path_text *item = result->texts; item != NULL; item = item->next)
		if (item->fault == fault && strstr(item->text, words) != NULL)
			return true;
	for (const struct as_path_text *item = result->texts; item != NULL; item = item->next)
		print_message("says: %s\n", item->text);
	return false;
}

EVP_PKEY *pf_middle_key(void)
{
	return sm_key(SM_RSA2048, 1);
}

X509 *pf_middle(void)
{
	if (middle == NULL)
		middle = sm_cert(&(struct sm_cert){.subject = "/CN=Issuing CA",
						   .key = pf_middle_key(),
						   .issuer = sm_root(),
						   .issuer_key = sm_root_key(),
						   .ca = true});
	return middle;
}

X509 *pf_signer(void)
{
	if (signer == NULL)
		signer = sm_cert(&(struct sm_cert){.subject = "/CN=Alice",
						   .key = sm_key(SM_RSA2048, 2),
						   .issuer = pf_middle(),
						   .issuer_key = pf_middle_key(),
						   .email = "alice@example.org"});
	return signer;
}
