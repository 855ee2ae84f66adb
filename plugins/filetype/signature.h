/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_FILETYPE_SIGNATURE_H
#define ASSAY_FILETYPE_SIGNATURE_H

#include "detect.h"

/* Octets looked at to tell a binary from a text with the same first letters. */
#define FT_SNIFF_BYTES 64u
/* Volume descriptors looked at: BEA01, NSR02, TEA01 and the ISO set before. */
#define FT_VOLUME_SECTORS 16u

/* What stands at the front of data, by the table of leading signatures. ZIP
 * and OLE2 come out as FT_ZIP and FT_OLE: their kind is told elsewhere. */
bool ft_signature_find(struct as_span data, struct ft_result *result_out);

/* What the end of data, or a volume descriptor further in, says: disk images,
 * old tar archives. */
bool ft_trailer_find(struct as_span data, struct ft_result *result_out);

/* Structural checks behind signatures that are too short to stand alone. */
enum ft_id ft_verify_mz(struct as_span data);
enum ft_id ft_verify_cafebabe(struct as_span data);
enum ft_id ft_verify_bmp(struct as_span data);
enum ft_id ft_verify_riff(struct as_span data);
enum ft_id ft_verify_ftyp(struct as_span data);
enum ft_id ft_verify_icon(struct as_span data);
enum ft_id ft_verify_sfnt(struct as_span data);
enum ft_id ft_verify_id3(struct as_span data);
enum ft_id ft_verify_mpeg_audio(struct as_span data);
enum ft_id ft_verify_bzip2(struct as_span data);
enum ft_id ft_verify_lzma(struct as_span data);
enum ft_id ft_verify_arj(struct as_span data);
enum ft_id ft_verify_arc(struct as_span data);
enum ft_id ft_verify_lha(struct as_span data);
enum ft_id ft_verify_pcx(struct as_span data);
enum ft_id ft_verify_emf(struct as_span data);
enum ft_id ft_verify_wmf(struct as_span data);
enum ft_id ft_verify_swf(struct as_span data);
enum ft_id ft_verify_pyc(struct as_span data);
enum ft_id ft_verify_zip(struct as_span data);
enum ft_id ft_verify_boot(struct as_span data);
enum ft_id ft_verify_ts(struct as_span data);
enum ft_id ft_verify_biff(struct as_span data);
enum ft_id ft_verify_tar(struct as_span data);
enum ft_id ft_verify_pgp(struct as_span data);
enum ft_id ft_verify_binary(struct as_span data);

#endif
