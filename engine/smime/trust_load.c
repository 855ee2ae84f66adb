/* SPDX-License-Identifier: BSD-2-Clause */
#include "smime/trust_load.h"

#include "base/log.h"
#include "smime/ber.h"
#include "smime/trust.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* One file on its way in. */
struct reading {
	const struct as_trust_load *load;
	const char *path;
	bool in_folder; /* trouble is told, and the rest goes on */
	size_t objects; /* PEM objects so far, to name one */
	size_t taken;
};

static const char *kind(const struct as_trust_load *load)
{
	return load->take_cert != NULL ? "certificate" : "CRL";
}

/* Ends loading when the file was named, and is a warning when a folder was. */
static int complain(const struct reading *reading, const char *text)
{
	char object[32] = "";

	if (reading->objects > 0)
		snprintf(object, sizeof(object), "object %zu ", reading->objects);
	if (!reading->in_folder)
		return as_error_set(reading->load->error, AS_E_CONFIG, "%s: %s: %s%s",
				    reading->load->what, reading->path, object, text);
	as_log(AS_LOG_WARNING, "%s: %s: %s%s; passed over", reading->load->what, reading->path,
	       object, text);
	return 0;
}

/* What OpenSSL says of the last failure, in one phrase. */
static int complain_openssl(const struct reading *reading, const char *text)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	char whole[256];

	snprintf(whole, sizeof(whole), "%s: %s", text, reason != NULL ? reason : "no reason given");
	ERR_clear_error();
	return complain(reading, whole);
}

static int take_cert(struct reading *reading, struct as_span octets, bool with_trust)
{
	const unsigned char *at = octets.data;
	struct as_span rest = octets;
	struct as_ber element;
	X509 *cert;

	cert = with_trust ? d2i_X509_AUX(NULL, &at, (long)octets.size)
			  : d2i_X509(NULL, &at, (long)octets.size);
	if (cert == NULL)
		return complain_openssl(reading, "is no certificate that can be read");
	if (at != octets.data + octets.size || !as_ber_next(&rest, &element)) {
		X509_free(cert);
		return complain(reading, "has octets behind the certificate");
	}
	reading->taken++;
	return reading->load->take_cert(reading->load->context, cert, element.whole);
}

static int take_crl(struct reading *reading, struct as_span octets)
{
	const unsigned char *at = octets.data;
	X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)octets.size);

	if (crl == NULL)
		return complain_openssl(reading, "is no CRL that can be read");
	if (at != octets.data + octets.size) {
		X509_CRL_free(crl);
		return complain(reading, "has octets behind the CRL");
	}
	reading->taken++;
	return reading->load->take_crl(reading->load->context, crl);
}

static int take_pem(struct reading *reading, const char *name, struct as_span octets)
{
	bool trusted = strcmp(name, PEM_STRING_X509_TRUSTED) == 0;

	if (reading->load->take_cert != NULL) {
		if (trusted || strcmp(name, PEM_STRING_X509) == 0 ||
		    strcmp(name, PEM_STRING_X509_OLD) == 0)
			return take_cert(reading, octets, trusted);
		return 0;
	}
	return strcmp(name, PEM_STRING_X509_CRL) == 0 ? take_crl(reading, octets) : 0;
}

static int read_pem(struct reading *reading, struct as_span octets)
{
	BIO *bio = BIO_new_mem_buf(octets.data, (int)octets.size);
	int rc = bio == NULL ? -ENOMEM : 0;

	while (rc == 0) {
		char *name = NULL, *header = NULL;
		unsigned char *data = NULL;
		long size = 0;

		if (PEM_read_bio(bio, &name, &header, &data, &size) != 1) {
			if (ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE)
				break;
			/* What could be read of it is consumed, so this comes to an end. */
			reading->objects++;
			rc = complain_openssl(reading, "is damaged");
			continue;
		}
		reading->objects++;
		rc = take_pem(reading, name, as_span_make(data, (size_t)size));
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_clear_free(data, (size_t)size); /* it may have been a key */
	}
	ERR_clear_error();
	BIO_free(bio);
	return rc;
}

static int read_octets(struct reading *reading, struct as_span octets)
{
	static const char begin[] = "-----BEGIN ";
	int rc = 0;

	if (octets.size > 0 && memmem(octets.data, octets.size, begin, sizeof(begin) - 1) != NULL)
		rc = read_pem(reading, octets);
	else if (octets.size > 0 && octets.data[0] == 0x30)
		rc = reading->load->take_cert != NULL ? take_cert(reading, octets, false)
						      : take_crl(reading, octets);
	else
		return complain(reading, "is neither PEM nor DER");
	if (rc == 0 && reading->taken == 0 && (reading->objects > 0 || !reading->in_folder)) {
		char text[64];

		reading->objects = 0;
		snprintf(text, sizeof(text), "holds no %s", kind(reading->load));
		rc = complain(reading, text);
	}
	return rc;
}

/* Regular files only, and never one that makes the reader wait. */
static int slurp(const struct reading *reading, unsigned char **data_out, size_t *size_out)
{
	unsigned char *data = NULL;
	size_t size = 0, room = 0;
	struct stat st;
	int rc, fd;

	fd = open(reading->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0) {
		rc = complain(reading, strerror(errno));
		goto out;
	}
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > AS_TRUST_FILE_BYTES) {
		rc = complain(reading,
			      S_ISREG(st.st_mode) ? "is larger than 64 MB" : "is no regular file");
		goto out;
	}
	room = (size_t)st.st_size;
	data = malloc(room + 1);
	rc = data == NULL ? -ENOMEM : 0;
	while (rc == 0 && size < room) {
		ssize_t got = read(fd, data + size, room - size);

		if (got == 0)
			break;
		if (got > 0)
			size += (size_t)got;
		else if (errno != EINTR) {
			rc = complain(reading, strerror(errno));
			goto out;
		}
	}
	if (rc == 0) {
		*data_out = data;
		*size_out = size;
		data = NULL;
	}
out:
	free(data);
	if (fd >= 0)
		close(fd);
	return rc;
}

static int load_file(const struct as_trust_load *load, const char *path, bool in_folder)
{
	struct reading reading = {.load = load, .path = path, .in_folder = in_folder};
	unsigned char *data = NULL;
	size_t size = 0;
	int rc;

	if (++*load->files > AS_TRUST_FILES_MAX)
		return as_error_set(load->error, AS_E_CONFIG, "%s: %s: more than %u files",
				    load->what, path, AS_TRUST_FILES_MAX);
	rc = slurp(&reading, &data, &size);
	if (rc == 0 && data != NULL)
		rc = read_octets(&reading, as_span_make(data, size));
	if (data != NULL)
		OPENSSL_cleanse(data, size);
	free(data);
	return rc;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int load_folder(const struct as_trust_load *load, const char *path)
{
	struct dirent **entries = NULL;
	int rc = 0, count;

	/* In order of names: the same generation from the same folder. */
	count = scandir(path, &entries, visible, alphasort);
	if (count < 0)
		return as_error_set(load->error, AS_E_CONFIG, "%s: %s: %s", load->what, path,
				    strerror(errno));
	for (int i = 0; i < count; i++) {
		char *file = NULL;

		if (rc == 0 && asprintf(&file, "%s/%s", path, entries[i]->d_name) < 0)
			rc = -ENOMEM;
		else if (rc == 0) {
			rc = load_file(load, file, true);
			free(file);
		}
		free(entries[i]);
	}
	free(entries);
	return rc;
}

int as_trust_load(const struct as_trust_load *load, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return as_error_set(load->error, AS_E_CONFIG, "%s: %s: %s", load->what, path,
				    strerror(errno));
	return S_ISDIR(st.st_mode) ? load_folder(load, path) : load_file(load, path, false);
}
