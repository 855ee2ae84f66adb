/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ASSAY_PLUGIN_H
#define ASSAY_PLUGIN_H

#include <assay/span.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The interface between Assay and everything that judges content.
 *
 * A plugin is a shared module that defines one symbol, assay_plugin, of type
 * `const struct assay_plugin`. It links against nothing of Assay: all it may
 * call stands in struct assay_host, which load() receives.
 *
 * Processes. load() and unload() run in the zygote, once per generation.
 * enter() runs in each worker, before the sandbox closes, and before that once
 * in the zygote, for canaries and a warm-up. inspect() and
 * conclude() run in a worker, on one thread, inside the sandbox: no network,
 * no new process, no file outside the worker's temporary folder.
 *
 * Time of life. What a plugin is handed (objects, spans, scans) is valid until
 * the call returns, unless a comment says otherwise. State that a plugin keeps
 * from one message to the next must not change what it answers.
 *
 * Versions. ASSAY_PLUGIN_ABI changes when a structure below changes its
 * meaning. New members are only added at the end, so `size` tells what the
 * other side knows. A module of another ABI is refused at start.
 */
#define ASSAY_PLUGIN_ABI 1u

#if defined(__GNUC__)
#define ASSAY_EXPORT	   __attribute__((visibility("default")))
#define ASSAY_FORMAT(f, a) __attribute__((format(printf, f, a)))
#else
#define ASSAY_EXPORT
#define ASSAY_FORMAT(f, a)
#endif

/* A name longer than this is cut in paths and reported as name.too_long. */
#define ASSAY_NAME_MAX 255u

/*
 * What the calls of the host answer. Everything below zero means that the
 * plugin should stop working on this object and return 0 from inspect(): the
 * engine has already reported the cause.
 */
enum assay_result {
	ASSAY_OK = 0,
	ASSAY_E_BUDGET = -1001,	 /* the whole message has run out of budget */
	ASSAY_E_OBJECT = -1002,	 /* this object has (ratio, depth): go on with
				    other objects, not with this one */
	ASSAY_E_INVALID = -1003, /* a fault of the plugin: unknown code, NULL */
};

/* ---- What an object is --------------------------------------------- */

/* Policy speaks of classes; filetype assigns them. The words of
 * assay_class_name() are part of the configuration and of the verdict. */
enum assay_class {
	ASSAY_CLASS_UNKNOWN = 0,     /* "unknown": nobody could tell */
	ASSAY_CLASS_DATA,	     /* "data": known, harmless, nothing below */
	ASSAY_CLASS_TEXT,	     /* "text" */
	ASSAY_CLASS_HTML,	     /* "html": also XHTML, SVG, MHTML */
	ASSAY_CLASS_SCRIPT,	     /* "script" */
	ASSAY_CLASS_EXECUTABLE,	     /* "executable" */
	ASSAY_CLASS_SHORTCUT,	     /* "shortcut" */
	ASSAY_CLASS_INSTALLER,	     /* "installer" */
	ASSAY_CLASS_DISK_IMAGE,	     /* "disk-image" */
	ASSAY_CLASS_ARCHIVE,	     /* "archive": zip, gz, tar, 7z, rar, xz, ... */
	ASSAY_CLASS_ARCHIVE_UNUSUAL, /* "archive-unusual": ace, arj, cab, ... */
	ASSAY_CLASS_OFFICE,	     /* "office": OLE2, OOXML, ODF, RTF documents */
	ASSAY_CLASS_OFFICE_MACRO,    /* "macro-office" */
	ASSAY_CLASS_ONENOTE,	     /* "onenote" */
	ASSAY_CLASS_PDF,	     /* "pdf" */
	ASSAY_CLASS_IMAGE,	     /* "image" */
	ASSAY_CLASS_MEDIA,	     /* "media": audio and video */
	ASSAY_CLASS_FONT,	     /* "font" */
	ASSAY_CLASS_MAIL,	     /* "mail": message/rfc822, mbox, .msg, TNEF */
	ASSAY_CLASS_CRYPTO,	     /* "crypto": certificates, CMS, OpenPGP */
	ASSAY_CLASS_HELP,	     /* "help": CHM, HLP */
	ASSAY_CLASS_ACCESS_DB,	     /* "access-db" */
	ASSAY_CLASS_CALENDAR,	     /* "calendar" */
	ASSAY_CLASS_COUNT
};

/* How an object came to be. Values are bits, so that a plugin can name the
 * set it wants in struct assay_plugin.origins. */
enum assay_origin {
	ASSAY_ORIGIN_MESSAGE = 1u << 0, /* the raw octets of a whole message */
	ASSAY_ORIGIN_HEADERS = 1u << 1, /* its header block, unfolded, UTF-8 */
	ASSAY_ORIGIN_ENTITY = 1u << 2,	/* the decoded body of a MIME entity */
	ASSAY_ORIGIN_GAP = 1u << 3,	/* preamble, epilogue, unclaimed octets */
	ASSAY_ORIGIN_MEMBER = 1u << 4,	/* member of a container */
	ASSAY_ORIGIN_DERIVED = 1u << 5, /* made from content: decoded, inflated */
	ASSAY_ORIGIN_READING = 1u << 6, /* a body under another reading */
	ASSAY_ORIGIN_FILE = 1u << 7,	/* a bare file, not a message */
};
#define ASSAY_ORIGIN_ALL 0xffu
/* What is a file to a person: everything but raw messages and headers. */
#define ASSAY_ORIGIN_CONTENT                                                                       \
	(ASSAY_ORIGIN_ALL & ~((uint32_t)ASSAY_ORIGIN_MESSAGE | (uint32_t)ASSAY_ORIGIN_HEADERS))

/* Flags of an object. The engine shows them by name in the verdict. */
enum assay_flag {
	ASSAY_FLAG_ENCRYPTED = 1u << 0, /* cannot be read without a key */
	ASSAY_FLAG_TRUNCATED = 1u << 1, /* the octets end too early */
	ASSAY_FLAG_INLINE = 1u << 2,	/* Content-Disposition inline, or none
					   on a text body */
	ASSAY_FLAG_BODY = 1u << 3,	/* text that a mail client displays */
	ASSAY_FLAG_DUPLICATE = 1u << 4, /* same octets as an earlier object */
	ASSAY_FLAG_SIGNED = 1u << 5,	/* below a signed entity */
	ASSAY_FLAG_UNPACKED = 1u << 6,	/* our own walk emitted its members */
	ASSAY_FLAG_DAMAGED = 1u << 7,	/* decoding met errors */
	ASSAY_FLAG_UNREAD = 1u << 8,	/* known by name only: no octets */
};

enum assay_name_source {
	ASSAY_NAME_FILENAME = 0, /* Content-Disposition filename */
	ASSAY_NAME_FILENAME_EXT, /* filename* (RFC 2231) */
	ASSAY_NAME_NAME,	 /* Content-Type name */
	ASSAY_NAME_NAME_EXT,	 /* name* (RFC 2231) */
	ASSAY_NAME_ENCODED_WORD, /* RFC 2047 inside a parameter */
	ASSAY_NAME_RAW,		 /* the octets as they stood */
	ASSAY_NAME_MEMBER,	 /* from a container's directory */
	ASSAY_NAME_MEMBER_LOCAL, /* from a second place that disagrees */
	ASSAY_NAME_OTHER,	 /* Content-Description, path on disk, ... */
};

/* How a name came about, as bits of struct assay_name.marks; none for a name
 * that each reader finds who keeps to the RFCs. Only MIME sets them. */
enum assay_name_mark {
	/* Legal, and written as no mailer writes names: in needless pieces, in
	 * escapes of letters, in UTF-16. Who does not decode it sees no name,
	 * or another. */
	ASSAY_NAME_ODD = 1u << 0,
	/* Only readers that take a liberty find it. */
	ASSAY_NAME_LOOSE = 1u << 1,
	/* A decoy or a last resort: a parameter that nobody knows,
	 * Content-Location, Content-Description. */
	ASSAY_NAME_WEAK = 1u << 2,
	/* What readers see who leave an encoding in place. */
	ASSAY_NAME_UNDECODED = 1u << 3,
};

/* One candidate for a file's name. Both forms are valid UTF-8 with a NUL
 * after the last octet; text may also hold NUL inside, hence the length. */
struct assay_name {
	const char *text;  /* decoded, otherwise as it stood */
	size_t length;	   /* octets of text */
	const char *shell; /* what Windows makes of it: last path
			      component, cut at NUL, no stream suffix,
			      no trailing dots and blanks, no bidi or
			      control characters */
	enum assay_name_source source;
	uint32_t marks; /* enum assay_name_mark */
};

struct assay_envelope {
	const char *client; /* address as text, "" when unknown */
	const char *helo;
	const char *mail_from;
	const char *const *rcpt_to;
	size_t rcpt_count;
	const char *auth_user; /* "" when not authenticated */
	const char *queue_id;
	const char *direction;	 /* "inbound", "outbound", "internal" or "" */
	const char *client_name; /* verified host name, "" when unknown */
	const char *tls;	 /* "TLSv1.3 TLS_AES_256_GCM_SHA384", "" without */
};

/* The message that an object belongs to: the outermost one. */
struct assay_message {
	struct as_span raw;
	const struct assay_envelope *envelope;
	const char *subject; /* decoded UTF-8, "" when absent */
	const char *from;    /* first address of From, "" when absent */
	const char *message_id;
	uint32_t attachments; /* entities with a name, so far */
	const char *smime;    /* "none"; "pass": what was judged so far is signed as a
				 whole by its authors, and valid; "fail": signed
				 otherwise */
};

/*
 * What a plugin sees of an object. The engine owns it. In the identify phase
 * type, type_name and type_class are still empty. After the object's own
 * inspection data, text and message are NULL; everything else stays until
 * conclude() has returned.
 */
struct assay_object {
	const char *path; /* 1.2/invoice.zip/run.js; "" is the message */
	struct as_span data;
	struct as_span text;	     /* the same in UTF-8 for text of a known
					charset, else empty */
	const unsigned char *sha256; /* 32 octets, of data */
	uint64_t size;		     /* of data; stays when data is gone */

	const struct assay_name *names;
	size_t name_count;
	const char *extension; /* of the first name: lower case, with dot;
				  "" when there is none */
	const char *declared;  /* media type as declared, lower case, or "" */
	const char *charset;   /* as declared, lower case, or "" */

	const char *type;      /* detected media type, or "" */
	const char *type_name; /* short: EXE, ZIP, PDF, OOXML, HTML, ... */
	enum assay_class type_class;
	uint32_t type_confidence; /* 0-100 */

	enum assay_origin origin;
	const char *via;	 /* how it was made: "zip", "rar", "base64",
				    "pdf-stream", ...; "" for entities */
	const char *from_plugin; /* the plugin that emitted it, or "" */
	uint32_t flags;
	uint32_t depth;			   /* 0 for the message, +1 per container */
	uint32_t index;			   /* number in order of discovery */
	const struct assay_object *parent; /* NULL for the message */
	const struct assay_message *message;
};

/* ---- What a plugin reports ------------------------------------------ */

enum assay_severity {
	ASSAY_SEVERITY_DEFAULT = 0, /* as the registry says */
	ASSAY_INFO,
	ASSAY_LOW,
	ASSAY_MEDIUM,
	ASSAY_HIGH,
	ASSAY_CRITICAL,
};

/* Mildest first; the numbers are not part of the interface. */
enum assay_action {
	ASSAY_ACTION_NONE = 0, /* no wish: severity decides */
	ASSAY_ACTION_ACCEPT,
	ASSAY_ACTION_TAG,
	ASSAY_ACTION_STRIP,
	ASSAY_ACTION_QUARANTINE,
	ASSAY_ACTION_REJECT,
	ASSAY_ACTION_DISCARD,
	ASSAY_ACTION_TEMPFAIL,
};

struct assay_evidence {
	uint64_t offset; /* in the object's data */
	uint64_t length;
	const char *text; /* what stands there, UTF-8, escaped; or "" */
};

/* Everything is copied by report(). */
struct assay_finding {
	const char *code; /* from the registry, or yara.X, malware.X */
	enum assay_severity severity;
	enum assay_action wish; /* a rule's own wish; policy may cap it */
	const char *text;	/* one sentence for a person; NULL: the
				   registry's */
	const struct assay_evidence *evidence;
	size_t evidence_count; /* at most 16 are kept */
};

struct assay_type {
	const char *mime;
	const char *name; /* short, upper case */
	enum assay_class type_class;
	uint32_t confidence; /* 0-100; the highest wins, first on a tie */
};

/*
 * A child to be inspected. emit() inspects it, with all that it contains,
 * before it returns; data and names need to live only that long.
 */
struct assay_child {
	struct as_span data;
	const char *name; /* UTF-8 or raw octets, NULL when nameless */
	size_t name_length;
	const char *second_name; /* a second, differing name, or NULL */
	size_t second_name_length;
	const char *label;	  /* derived objects: "html-blob" gives the path
				     component ~html-blob-1; NULL for members */
	const char *via;	  /* "zip", "gz", "pdf-stream", ... */
	const char *declared;	  /* media type if the container names one */
	enum assay_origin origin; /* MEMBER or DERIVED */
	uint32_t flags;		  /* enum assay_flag; UNREAD: no data */
	uint64_t declared_size;	  /* with UNREAD: what the container says */
};

/* ---- What the engine offers ------------------------------------------ */

struct assay_scan;  /* one message in the making */
struct assay_setup; /* the plugin's part of the configuration */

enum assay_log_level {
	ASSAY_LOG_ERROR = 0,
	ASSAY_LOG_WARNING,
	ASSAY_LOG_NOTICE,
	ASSAY_LOG_DEBUG,
};

struct assay_host {
	uint32_t abi;
	uint32_t size;

	/* Settings, in load() only. A value that the configuration does not
	 * have is the default of the plugin's own table. Strings live as long
	 * as the generation. */
	const char *(*setting_string)(const struct assay_setup *, const char *key);
	int64_t (*setting_int)(const struct assay_setup *, const char *key);
	bool (*setting_bool)(const struct assay_setup *, const char *key);
	size_t (*setting_count)(const struct assay_setup *, const char *key);
	const char *(*setting_item)(const struct assay_setup *, const char *key, size_t index);
	/* Folder with shipped data, e.g. ".../signatures". */
	const char *(*signature_dir)(const struct assay_setup *);

	/* Adds a finding to an object (NULL: to the message). */
	int (*report)(struct assay_scan *, const struct assay_object *,
		      const struct assay_finding *);
	/* Inspects a child of the object. See struct assay_child. */
	int (*emit)(struct assay_scan *, const struct assay_object *, const struct assay_child *);
	/* identify phase: states what the object is. */
	int (*set_type)(struct assay_scan *, const struct assay_object *,
			const struct assay_type *);
	/* Adds flags (never removes). */
	int (*add_flags)(struct assay_scan *, const struct assay_object *, uint32_t flags);
	/*
	 * To be called for every run of octets that is produced out of the
	 * object, before it is kept. Enforces total size, ratio and time;
	 * reports the limit itself. Octets charged here are not charged again
	 * by emit().
	 */
	int (*charge)(struct assay_scan *, const struct assay_object *, uint64_t bytes);
	/* How much is left, for libraries that want limits of their own. */
	uint64_t (*left_bytes)(const struct assay_scan *);
	uint64_t (*left_ms)(const struct assay_scan *);
	/* How many levels below this object may still be entered. */
	uint32_t (*left_depth)(const struct assay_scan *, const struct assay_object *);
	/* Memory that lives until the message is done; NULL when refused. */
	void *(*alloc)(struct assay_scan *, size_t size);
	/* Whether an object with these octets (32 octets of SHA-256) has been
	 * inspected in this message already. */
	bool (*seen)(const struct assay_scan *, struct as_span data);

	/* conclude() only: all objects in order of discovery, all findings. */
	size_t (*object_count)(const struct assay_scan *);
	const struct assay_object *(*object_at)(const struct assay_scan *, size_t index);
	size_t (*finding_count)(const struct assay_scan *);
	const char *(*finding_code)(const struct assay_scan *, size_t index);
	const struct assay_object *(*finding_object)(const struct assay_scan *, size_t index);

	/* scan is NULL outside inspect() and conclude(). */
	void (*log)(const struct assay_scan *, enum assay_log_level, const char *format, ...)
		ASSAY_FORMAT(3, 4);

	/* "executable", "macro-office", ...; and back (UNKNOWN if no such). */
	const char *(*class_name)(enum assay_class);
	enum assay_class (*class_find)(const char *name);
};

/* ---- What a plugin is ------------------------------------------------- */

enum assay_phase {
	ASSAY_IDENTIFY = 1u << 0,
	ASSAY_UNPACK = 1u << 1,
	ASSAY_JUDGE = 1u << 2,
	ASSAY_CONCLUDE = 1u << 3,
};

/*
 * What else than the octets an answer of the judge phase depends on. Answers
 * are cached per SHA-256, generation, plugin and these things; declaring too
 * little yields wrong verdicts, declaring too much costs time. Always part of
 * it, without being declared: origin, via, charset, flags but DUPLICATE, the
 * parent's type, and whether there is a name.
 */
enum assay_context {
	ASSAY_CONTEXT_TYPE = 1u << 0,	  /* type, type_class */
	ASSAY_CONTEXT_NAMES = 1u << 1,	  /* names, extension */
	ASSAY_CONTEXT_DECLARED = 1u << 2, /* declared */
	ASSAY_CONTEXT_PLACE = 1u << 3,	  /* path, depth, index */
	ASSAY_CONTEXT_MESSAGE = 1u << 4,  /* anything of the message */
	ASSAY_CONTEXT_NEVER = 1u << 5,	  /* do not cache at all */
};

enum assay_setting_kind {
	ASSAY_SETTING_BOOL = 0,
	ASSAY_SETTING_INT,
	ASSAY_SETTING_STRING,
	ASSAY_SETTING_LIST,
	ASSAY_SETTING_PATH, /* relative ones: to the configuration file */
	ASSAY_SETTING_PATHS,
};

/* A setting that the plugin understands, for its section of assay.conf. */
struct assay_setting {
	const char *key;
	enum assay_setting_kind kind;
	const char *standard; /* default as it would be written; lists:
				 items separated by blanks; NULL: empty */
	int64_t low, high;    /* INT only: inclusive range */
	const char *help;     /* one line */
};

/* A bound on hostile input that cannot be configured, for `assay limits`. */
struct assay_limit {
	const char *name;   /* lower case, digits, underscores; unique in
			       the plugin, without its name */
	uint64_t value;	    /* above 0 */
	const char *unit;   /* "bytes", "levels", "ms", ... */
	const char *reason; /* what is bounded and why this number */
};

/* Filled by load(). */
struct assay_loaded {
	char version[96];     /* for the verdict, e.g. "1.4.6 / 27831" */
	uint64_t signatures;  /* how many; 0 if the word has no meaning */
	int64_t newest;	      /* time of the newest signature set, seconds
				 since 1970; 0 when unknown */
	uint32_t context;     /* enum assay_context */
	char note[256];	      /* for status: "no official database" */
	char error[512];      /* on failure: file, line, what to do */
	uint64_t fingerprint; /* changes whenever the loaded signatures or
				 settings change what it answers */
};

struct assay_worker {
	const char *temp_dir; /* private, empty, writable */
	uint32_t number;
};

/* An object in which the plugin must find something before a generation may
 * take over. It passes inspect() like any other object. */
struct assay_canary {
	struct as_span data;
	const char *name;	  /* file name, or NULL */
	const char *declared;	  /* or NULL */
	struct assay_type type;	  /* as if identified; mime may be NULL */
	const char *code;	  /* must be reported, by this plugin; NULL for
				     plugins that only identify or unpack */
	const char *expect_type;  /* identify: the type that must be set */
	uint32_t expect_children; /* unpack: how many must be emitted */
};

struct assay_plugin {
	uint32_t abi;			      /* ASSAY_PLUGIN_ABI */
	uint32_t size;			      /* sizeof(struct assay_plugin) */
	const char *name;		      /* lower case, as in configuration and verdict */
	const char *summary;		      /* one line */
	uint32_t phases;		      /* enum assay_phase */
	uint32_t origins;		      /* enum assay_origin that it wants to see */
	const struct assay_setting *settings; /* may be NULL */
	size_t setting_count;

	/* 0 and *state_out, or negative with loaded->error filled. */
	int (*load)(const struct assay_host *host, const struct assay_setup *setup,
		    void **state_out, struct assay_loaded *loaded);
	int (*enter)(void *state, const struct assay_worker *worker);
	/* 0, or negative when the plugin could not do its work: the engine
	 * reports scan.plugin_failed and the verdict is incomplete. Bad input
	 * is not a failure but a finding. Is not called where an answer of the
	 * judge phase was kept, so it must not leave notes for conclude(). */
	int (*inspect)(void *state, struct assay_scan *scan, const struct assay_object *object,
		       enum assay_phase phase);
	int (*conclude)(void *state, struct assay_scan *scan);
	/* The canaries; *canaries_out stays the plugin's. */
	size_t (*canaries)(void *state, const struct assay_canary **canaries_out);
	void (*unload)(void *state);

	/* Everything fixed that bounds hostile input; settings are not repeated
	 * here. NULL and 0 for none. Constant: readable without load(). */
	const struct assay_limit *limits;
	size_t limit_count;
};

/* Each module defines this: const struct assay_plugin assay_plugin = {...}; */
extern ASSAY_EXPORT const struct assay_plugin assay_plugin;

#endif
