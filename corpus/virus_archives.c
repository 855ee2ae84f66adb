/* SPDX-License-Identifier: BSD-2-Clause */
#include "bomb.h"
#include "case.h"
#include "content.h"
#include "office.h"
#include "oldpack.h"
#include "pack.h"
#include "zip.h"

#define NAME "eicar.txt"

static struct co_bytes *in_zip(void)
{
	return co_zip_of(NAME, co_eicar());
}

static struct co_bytes *in_zip64(void)
{
	struct co_zip zip;

	co_zip_begin(&zip);
	co_zip_member(&zip, NAME, co_eicar(), CO_ZIP_WIDE);
	return co_zip_end(&zip, true);
}

static struct co_bytes *in_zip_headless(void)
{
	struct co_zip zip;

	co_zip_begin(&zip);
	co_zip_member(&zip, NAME, co_eicar(), 0);
	return zip.out;
}

static struct co_bytes *in_zip_prefixed(void)
{
	struct co_bytes *out = co_new();

	co_fill(out, 'x', 1000);
	co_join(out, in_zip());
	return out;
}

static struct co_bytes *in_second_zip(void)
{
	struct co_bytes *out = co_zip_of("minutes.txt", co_note());

	co_join(out, in_zip());
	return out;
}

static struct co_bytes *in_first_zip(void)
{
	struct co_bytes *out = in_zip();

	co_join(out, co_zip_of("minutes.txt", co_note()));
	return out;
}

static struct co_bytes *in_hidden_member(void)
{
	struct co_zip zip;

	co_zip_begin(&zip);
	co_zip_member(&zip, "minutes.txt", co_note(), 0);
	co_zip_member(&zip, NAME, co_eicar(), CO_ZIP_HIDDEN);
	return co_zip_end(&zip, false);
}

static struct co_bytes *in_streamed_member(void)
{
	struct co_zip zip;

	co_zip_begin(&zip);
	co_zip_member(&zip, NAME, co_eicar(), CO_ZIP_DESCRIPTOR);
	return co_zip_end(&zip, false);
}

static struct co_bytes *in_rar5(void)
{
	return co_rar5(NAME, co_eicar());
}

static struct co_bytes *in_rar4(void)
{
	return co_rar4(NAME, co_eicar());
}

static struct co_bytes *in_7z(void)
{
	return co_pack_one("7zip", NULL, NAME, co_eicar());
}

static struct co_bytes *in_tar_xz(void)
{
	return co_pack_one("ustar", "xz", NAME, co_eicar());
}

static struct co_bytes *in_tar_bz2(void)
{
	return co_pack_one("ustar", "bzip2", NAME, co_eicar());
}

static struct co_bytes *in_tar_zst(void)
{
	return co_pack_one("ustar", "zstd", NAME, co_eicar());
}

static struct co_bytes *in_lzma(void)
{
	return co_pack_one("raw", "lzma", NAME, co_eicar());
}

static struct co_bytes *in_gzip_twice(void)
{
	struct co_bytes *out = co_pack_one("raw", "gzip", "note", co_note());

	co_join(out, co_pack_one("raw", "gzip", NAME, co_eicar()));
	return out;
}

static struct co_bytes *note_and_virus(void)
{
	struct co_bytes *out = co_note();

	co_join(out, co_eicar());
	return out;
}

static struct co_bytes *in_iso(void)
{
	return co_iso("EICAR.TXT;1", co_eicar());
}

static struct co_bytes *in_cab(void)
{
	return co_cab(NAME, co_eicar());
}

static struct co_bytes *in_cpio(void)
{
	return co_pack_one("newc", NULL, NAME, co_eicar());
}

static struct co_bytes *in_ar(void)
{
	return co_pack_one("arbsd", NULL, NAME, co_eicar());
}

static struct co_bytes *in_lha(void)
{
	return co_lha(NAME, co_eicar());
}

static struct co_bytes *in_docx(void)
{
	return co_docx_with("word/embeddings/data.bin", co_eicar());
}

static struct co_bytes *in_five_zips(void)
{
	return co_zip_chain(NAME, co_eicar(), 5);
}

static struct co_bytes *in_zip_in_7z(void)
{
	return co_pack_one("7zip", NULL, "inner.zip", in_zip());
}

static struct co_bytes *in_gz_zip_eml_zip(void)
{
	struct co_bytes *packed = co_pack_one("raw", "gzip", NAME, co_eicar());
	struct co_bytes *mail = co_mail_with_file("Inner", "application/zip", "inner.zip",
						  co_zip_of("eicar.txt.gz", packed));

	return co_zip_of("message.eml", mail);
}

static struct co_bytes *behind_picture(void)
{
	struct co_bytes *out = co_picture();

	co_join(out, in_zip());
	return out;
}

#define IN(row_name, row_title, row_type, row_file, row_content, row_why, ...)                     \
	{                                                                                          \
		.name = row_name, .title = row_title, .type = row_type, .file = row_file,          \
		.content = row_content, .object = co_eicar, .action = "reject",                    \
		.codes = {"malware.eicar" __VA_OPT__(, ) __VA_ARGS__}, .why = row_why              \
	}

static const struct co_case cases[] = {
	IN("eicar", "Test virus", "text/plain", NAME, co_eicar,
	   "The test string that every scanner must report."),
	IN("eicar-zip", "Test virus in ZIP", "application/zip", "files.zip", in_zip,
	   "The plainest archive."),
	IN("eicar-zip64", "Test virus in ZIP64", "application/zip", "files.zip", in_zip64,
	   "Sizes of 64 bits, which some readers cannot read."),
	{.name = "eicar-zip-headless",
	 .title = "ZIP without central directory",
	 .type = "application/zip",
	 .file = "files.zip",
	 .content = in_zip_headless,
	 .object = co_eicar,
	 .action = "reject",
	 .incomplete = true,
	 .codes = {"malware.eicar", "archive.malformed"},
	 .why = "Readers that look for the directory see no archive at all."},
	IN("eicar-zip-prefix", "ZIP behind other octets", "application/zip", "files.zip",
	   in_zip_prefixed, "All offsets are wrong by the length of what stands in front."),
	IN("eicar-zip-second", "Virus in the second of two ZIPs", "application/zip", "files.zip",
	   in_second_zip, "Unpackers show the first or the last archive.", "archive.concatenated"),
	IN("eicar-zip-first", "Virus in the first of two ZIPs", "application/zip", "files.zip",
	   in_first_zip, "Unpackers show the first or the last archive.", "archive.concatenated"),
	IN("eicar-zip-hidden", "Member without directory entry", "application/zip", "files.zip",
	   in_hidden_member, "Only readers of local headers see the member.",
	   "archive.header_mismatch"),
	IN("eicar-zip-streamed", "Streamed ZIP member", "application/zip", "files.zip",
	   in_streamed_member, "The local header does not say how long the member is."),
	IN("eicar-rar5", "Test virus in RAR 5", "application/vnd.rar", "files.rar", in_rar5,
	   "RAR 5, stored."),
	IN("eicar-rar4", "Test virus in RAR 4", "application/vnd.rar", "files.rar", in_rar4,
	   "RAR 4, stored."),
	IN("eicar-7z", "Test virus in 7z", "application/x-7z-compressed", "files.7z", in_7z,
	   "7z with LZMA."),
	IN("eicar-tar-xz", "Test virus in tar.xz", "application/x-xz", "files.tar.xz", in_tar_xz,
	   "tar in xz."),
	IN("eicar-tar-bz2", "Test virus in tar.bz2", "application/x-bzip2", "files.tar.bz2",
	   in_tar_bz2, "tar in bzip2."),
	IN("eicar-tar-zst", "Test virus in tar.zst", "application/zstd", "files.tar.zst",
	   in_tar_zst, "tar in Zstandard."),
	IN("eicar-lzma", "Test virus in lzma", "application/x-lzma", "eicar.txt.lzma", in_lzma,
	   "The format before xz has hardly any signature."),
	IN("eicar-iso", "Test virus in a CD image", "application/x-iso9660-image", "files.iso",
	   in_iso, "Disk images are blocked, and opened for the finding.", "policy.ext.disk_image"),
	IN("eicar-cab", "Test virus in a cabinet", "application/vnd.ms-cab-compressed", "files.cab",
	   in_cab, "An uncommon archive, opened for the finding.", "policy.ext.archive"),
	IN("eicar-cpio", "Test virus in cpio", "application/x-cpio", "files.cpio", in_cpio,
	   "cpio in the new ASCII format."),
	IN("eicar-ar", "Test virus in ar", "application/x-archive", "files.a", in_ar,
	   "The format of libraries and Debian packages."),
	IN("eicar-lha", "Test virus in LHA", "application/x-lha", "files.lzh", in_lha,
	   "An uncommon archive, opened for the finding.", "policy.ext.archive"),
	IN("eicar-docx", "Test virus in a document",
	   "application/vnd.openxmlformats-"
	   "officedocument.wordprocessingml.document",
	   "offer.docx", in_docx, "Documents are ZIPs and every member is inspected."),
	IN("eicar-five-zips", "ZIP in ZIP, five times", "application/zip", "files.zip",
	   in_five_zips, "Nesting deeper than one scanner in two looks."),
	IN("eicar-zip-7z", "ZIP in 7z", "application/x-7z-compressed", "files.7z", in_zip_in_7z,
	   "Archives of different kinds inside of each other."),
	IN("eicar-gz-zip-eml-zip", "gzip in ZIP in mail in ZIP", "application/zip", "mail.zip",
	   in_gz_zip_eml_zip, "A mail in an archive is taken apart as a mail."),
	IN("eicar-behind-picture", "ZIP behind a picture", "image/png", "photo.png", behind_picture,
	   "A picture to viewers, an archive to unpackers."),
	{.name = "eicar-gz-second",
	 .title = "Two gzip streams in a row",
	 .type = "application/gzip",
	 .file = "note.gz",
	 .content = in_gzip_twice,
	 .object = note_and_virus,
	 .action = "reject",
	 .codes = {"malware.eicar"},
	 .why = "gzip joins all streams; some readers stop after the first."},
};

const struct co_group co_virus_archives = CO_GROUP(cases);
