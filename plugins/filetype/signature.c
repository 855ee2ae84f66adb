/* SPDX-License-Identifier: BSD-2-Clause */
#include "signature.h"

/* FT_UNKNOWN from verify means no match; verify may also name a sibling. */
struct signature {
	uint16_t offset;
	uint16_t size;
	enum ft_id id;
	uint32_t confidence;
	const char *bytes;
	enum ft_id (*verify)(struct as_span data);
};

#define S(offset, bytes, id, confidence, verify)                                                   \
	{                                                                                          \
		offset, sizeof(bytes) - 1, FT_##id, confidence, bytes, verify                      \
	}

/* Long signatures are exact; a verifier stands behind each short one, because
 * two or three letters also begin ordinary text. First match wins. */
static const struct signature signatures[] = {
	S(0, "PK\3\4", ZIP, 95, ft_verify_zip),
	S(0, "PK\5\6", ZIP, 90, NULL),
	S(0, "PK\7\10PK\3\4", ZIP, 90, NULL),
	S(0, "PK00PK\3\4", ZIP, 90, NULL),
	S(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE, 95, NULL),
	S(0, "\x0e\x11\xfc\x0d\xd0\xcf\x11\x0e", OLE, 90, NULL),
	S(0, "MZ", PE, 98, ft_verify_mz),
	S(0, "ZM", PE, 80, ft_verify_mz),
	S(0, "\177ELF", ELF, 98, NULL),
	S(0, "\xfe\xed\xfa\xce", MACHO, 95, NULL),
	S(0, "\xfe\xed\xfa\xcf", MACHO, 95, NULL),
	S(0, "\xce\xfa\xed\xfe", MACHO, 95, NULL),
	S(0, "\xcf\xfa\xed\xfe", MACHO, 95, NULL),
	S(0, "\xca\xfe\xba\xbe", CLASS, 95, ft_verify_cafebabe),
	S(0, "\xca\xfe\xba\xbf", MACHO, 90, NULL),
	S(0, "\xca\xfe\xd0\x0d", CLASS, 80, NULL),
	S(0, "dex\n", DEX, 95, ft_verify_binary),
	S(0, "dey\n", DEX, 95, ft_verify_binary),
	S(0, "\0asm", WASM, 95, NULL),
	S(0, "\033Lua", LUAC, 95, NULL),
	S(0, "\033LJ", LUAC, 85, NULL),
	S(0, "BC\xc0\xde", LLVM, 90, NULL),
	S(0, "\xde\xc0\x17\x0b", LLVM, 90, NULL),
	S(0, "\xa3\x48\x4b\xbe\x98\x6c\x4a\xa9\x99\x4c\x53\x0a\x86\xd6\x48\x7d", A3X, 98, NULL),
	S(0, "FWS", SWF, 90, ft_verify_swf),
	S(0, "CWS", SWF, 90, ft_verify_swf),
	S(0, "ZWS", SWF, 90, ft_verify_swf),

	S(0, "\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", LNK, 99, NULL),
	S(0, "ITSF", CHM, 95, ft_verify_binary),
	S(0, "ITOLITLS", CHM, 95, NULL),
	S(0, "\x3f\x5f\x03\0", HLP, 90, NULL),
	S(4, "Standard Jet DB", MDB, 98, NULL),
	S(4, "Standard ACE DB", ACCDB, 98, NULL),
	S(0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", ONE, 99, NULL),
	S(0, "\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f", ONETOC2, 99, NULL),

	S(0, "Rar!\x1a\x07", RAR, 98, NULL),
	S(0, "RE~^", RAR, 80, ft_verify_binary),
	S(0, "7z\xbc\xaf\x27\x1c", SEVENZ, 98, NULL),
	S(0, "\x1f\x8b", GZIP, 95, NULL),
	S(0, "\x1f\x9d", COMPRESS, 90, NULL),
	S(0, "\x1f\xa0", COMPRESS, 85, NULL),
	S(0, "\x1f\x1e", PACK, 80, NULL),
	S(0, "BZh", BZIP2, 95, ft_verify_bzip2),
	S(0, "BZ0", BZIP2, 70, ft_verify_binary),
	S(0,
	  "\xfd"
	  "7zXZ\0",
	  XZ, 98, NULL),
	S(0, "\x28\xb5\x2f\xfd", ZSTD, 95, NULL),
	S(1, "\x2a\x4d\x18", ZSTD, 80, NULL),
	S(0, "\x04\x22\x4d\x18", LZ4, 95, NULL),
	S(0, "\x02\x21\x4c\x18", LZ4, 85, NULL),
	S(0, "LZIP\x01", LZIP, 95, NULL),
	S(0, "\x89LZO\0\r\n\x1a\n", LZOP, 98, NULL),
	S(0, "\x5d\0\0", LZMA, 80, ft_verify_lzma),
	S(0, "SZDD\x88\xf0\x27\x33", SZDD, 98, NULL),
	S(0, "KWAJ\x88\xf0\x27\xd1", SZDD, 98, NULL),
	S(0, "SZ \x88\xf0\x27\x33\xd1", SZDD, 98, NULL),
	S(0, "MSCF\0\0\0\0", CAB, 98, NULL),
	S(0, "ISc(", ISCAB, 90, ft_verify_binary),
	S(7, "**ACE**", ACE, 98, NULL),
	S(0, "\x60\xea", ARJ, 90, ft_verify_arj),
	S(2, "-l", LHA, 90, ft_verify_lha),
	S(20, "\xdc\xa7\xc4\xfd", ZOO, 95, NULL),
	S(0, "\x1a", ARC, 75, ft_verify_arc),
	S(0, "ALZ\x01", ALZ, 95, NULL),
	S(0, "EGGA", EGG, 90, ft_verify_binary),
	S(0, "7kSt\xa0\x31\x83\xd3", ZPAQ, 98, NULL),
	S(0, "zPQ\x01", ZPAQ, 90, NULL),
	S(0, "zPQ\x02", ZPAQ, 90, NULL),
	S(0, "StuffIt (c)1997", STUFFIT, 95, NULL),
	S(0, "SIT!", STUFFIT, 80, ft_verify_binary),
	S(0, "xar!", XAR, 95, ft_verify_binary),
	S(0, "!<arch>\ndebian", DEB, 98, NULL),
	S(0, "!<arch>\n", AR, 95, NULL),
	S(0, "!<thin>\n", AR, 95, NULL),
	S(0, "\xed\xab\xee\xdb", RPM, 98, NULL),
	S(0, "070701", CPIO, 85, NULL),
	S(0, "070702", CPIO, 85, NULL),
	S(0, "070707", CPIO, 85, NULL),
	S(0, "\xc7\x71", CPIO, 75, NULL),
	S(0, "\x71\xc7", CPIO, 75, NULL),
	S(257, "ustar", TAR, 95, ft_verify_tar),
	S(0, "\0\5\x16\7\0", APPLEDOUBLE, 85, NULL),
	S(0, "\0\5\x16\0\0", APPLESINGLE, 85, NULL),

	S(0, "Cr24", CRX, 95, ft_verify_binary),
	S(0, "MSWIM\0\0\0", WIM, 98, NULL),
	S(0, "vhdxfile", VHDX, 98, NULL),
	S(0, "conectix", VHD, 95, NULL),
	S(0, "KDMV", VMDK, 95, ft_verify_binary),
	S(0, "COWD", VMDK, 90, ft_verify_binary),
	S(0, "# Disk DescriptorFile", VMDK, 95, NULL),
	S(64, "\x7f\x10\xda\xbe", VDI, 95, NULL),
	S(0, "QFI\xfb", QCOW2, 98, NULL),
	S(0, "DAA\0", DAA, 85, NULL),
	S(0, "\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0", ISO, 85, NULL),

	S(0, "\x89PNG\r\n\x1a\n", PNG, 99, NULL),
	S(0, "\xff\xd8\xff", JPEG, 97, NULL),
	S(0, "GIF87a", GIF, 95, NULL),
	S(0, "GIF89a", GIF, 95, NULL),
	S(0, "BM", BMP, 90, ft_verify_bmp),
	S(0, "II*\0", TIFF, 95, NULL),
	S(0, "MM\0*", TIFF, 95, NULL),
	S(0, "II+\0", TIFF, 95, NULL),
	S(0, "MM\0+", TIFF, 95, NULL),
	S(0, "II\xbc", JXR, 90, NULL),
	S(0, "RIFF", RIFF, 95, ft_verify_riff),
	S(0, "RIFX", RIFF, 95, ft_verify_riff),
	S(0, "\0\0\1\0", ICO, 85, ft_verify_icon),
	S(0, "\0\0\2\0", CUR, 85, ft_verify_icon),
	S(0, "8BPS\0", PSD, 95, NULL),
	S(0, "gimp xcf ", XCF, 95, NULL),
	S(0, "\x0a", PCX, 75, ft_verify_pcx),
	S(0, "DDS \x7c\0\0\0", DDS, 95, NULL),
	S(0, "icns", ICNS, 90, ft_verify_binary),
	S(0, "\x76\x2f\x31\x01", EXR, 95, NULL),
	S(0, "#?RADIANCE", HDR, 95, NULL),
	S(0, "#?RGBE", HDR, 90, NULL),
	S(0, "qoif", QOI, 85, ft_verify_binary),
	S(128, "DICM", DICOM, 95, NULL),
	S(0, "AC10", DWG, 85, ft_verify_binary),
	S(0, "AT&TFORM", DJVU, 95, NULL),
	S(0, "\0\0\0\x0cjP  \r\n\x87\n", JP2, 98, NULL),
	S(0, "\xff\x4f\xff\x51", JP2, 90, NULL),
	S(0, "\0\0\0\x0cJXL \r\n\x87\n", JXL, 98, NULL),
	S(0, "\xff\x0a", JXL, 75, ft_verify_binary),
	S(0, "\1\0\0\0", EMF, 95, ft_verify_emf),
	S(0, "\xd7\xcd\xc6\x9a", WMF, 98, NULL),
	S(0, "\1\0\x09\0\0", WMF, 85, ft_verify_wmf),
	S(0, "\2\0\x09\0\0", WMF, 85, ft_verify_wmf),

	S(0, "ID3", MP3, 95, ft_verify_id3),
	S(0, "\xff", MP3, 70, ft_verify_mpeg_audio),
	S(0, "fLaC", FLAC, 95, ft_verify_binary),
	S(0, "OggS\0", OGG, 98, NULL),
	S(0, "MThd\0\0\0\6", MIDI, 98, NULL),
	S(0, "#!AMR", AMR, 95, ft_verify_binary),
	S(0, ".snd\0", AU, 90, NULL),
	S(0, "MAC ", APE, 85, ft_verify_binary),
	S(0, "caff\0\1", CAF, 95, NULL),
	S(0, "FORM", AIFF, 95, ft_verify_riff),
	S(0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", ASF, 98, NULL),
	S(0, "\x1a\x45\xdf\xa3", MKV, 95, NULL),
	S(4, "ftyp", MP4, 95, ft_verify_ftyp),
	S(4, "moov\0", MOV, 80, NULL),
	S(4, "mdat", MOV, 75, ft_verify_binary),
	S(4, "wide", MOV, 75, ft_verify_binary),
	S(0, "FLV\1", FLV, 95, NULL),
	S(0, "\0\0\1\xba", MPEG, 90, NULL),
	S(0, "\0\0\1\xb3", MPEG, 90, NULL),
	S(0, "G", MPEGTS, 80, ft_verify_ts),
	S(0, ".RMF", RM, 90, ft_verify_binary),

	S(0, "\0\1\0\0", TTF, 90, ft_verify_sfnt),
	S(0, "true", TTF, 80, ft_verify_sfnt),
	S(0, "OTTO", OTF, 95, ft_verify_sfnt),
	S(0, "ttcf\0", TTC, 95, NULL),
	S(0, "wOFF", WOFF, 95, ft_verify_binary),
	S(0, "wOF2", WOFF2, 95, ft_verify_binary),
	S(34, "LP\0\0\0", EOT, 80, NULL),

	S(0, "\x78\x9f\x3e\x22", TNEF, 98, NULL),
	S(0, "!BDN", PST, 95, ft_verify_binary),
	S(0, "\xcf\xad\x12\xfe", DBX, 95, NULL),
	S(0, "\xfe\xed\xfe\xed\0\0\0", JKS, 95, NULL),
	S(0, "\x03\xd9\xa2\x9a", KDBX, 95, NULL),
	S(8, "KBXf", PGPKEY, 90, NULL),
	S(0, "\x31\xbe\0\0\0\xab", WRI, 95, NULL),
	S(0, "\x32\xbe\0\0\0\xab", WRI, 95, NULL),
	S(0, "\xdb\xa5", DOC, 80, ft_verify_binary),
	S(0, "\x09\x08\x08\0", BIFF, 85, ft_verify_biff),
	S(0, "\x09\x08\x10\0", BIFF, 85, ft_verify_biff),
	S(0, "\x09\0\4\0", BIFF, 85, ft_verify_biff),
	S(0, "\x09\2\6\0", BIFF, 85, ft_verify_biff),
	S(0, "\x09\4\6\0", BIFF, 85, ft_verify_biff),
	S(0, "\xffWPC", WPD, 95, NULL),
	S(0, "\xc5\xd0\xd3\xc6", PS, 95, NULL),
	S(0, "%!PS", PS, 95, NULL),
	S(0, "\x04%!PS", PS, 90, NULL),
	S(0, "%FDF-", FDF, 95, NULL),

	S(0, "SQLite format 3\0", SQLITE, 99, NULL),
	S(0, "\xd4\xc3\xb2\xa1", PCAP, 95, NULL),
	S(0, "\xa1\xb2\xc3\xd4", PCAP, 95, NULL),
	S(0, "\x0a\x0d\x0d\x0a", PCAP, 90, NULL),
	S(0, "ElfFile\0", EVTX, 98, NULL),
	S(0, "regf", REGF, 90, ft_verify_binary),
	S(0, "\x89HDF\r\n\x1a\n", HDF5, 98, NULL),
	S(0, "PAR1", PARQUET, 85, ft_verify_binary),
	S(0, "bplist0", BPLIST, 95, ft_verify_binary),
	S(0, "d8:announce", TORRENT, 95, NULL),
	S(0, "d13:announce-list", TORRENT, 95, NULL),
	S(0, "\xde\x12\x04\x95", GETTEXT, 95, NULL),
	S(0, "\x95\x04\x12\xde", GETTEXT, 95, NULL),
	S(0, "MDMP\x93\xa7", MINIDUMP, 95, NULL),
	S(0, "Joy!peff", MACHO, 85, NULL),
	S(2, "\r\n", PYC, 90, ft_verify_pyc),
	S(0, "\xeb", IMG, 85, ft_verify_boot),
	S(0, "", PGP, 70, ft_verify_pgp),
};

bool ft_signature_find(struct as_span data, struct ft_result *result_out)
{
	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
		const struct signature *s = &signatures[i];
		enum ft_id id = s->id;

		if (!as_span_has_at(data, s->offset, s->bytes, s->size))
			continue;
		if (s->verify != NULL)
			id = s->verify(data);
		if (id == FT_UNKNOWN)
			continue;
		/* A verifier that only says "binary" keeps the row's type. */
		if (id == FT_COUNT)
			id = s->id;
		return ft_is(result_out, id, s->confidence, s->offset, s->size);
	}
	return false;
}
